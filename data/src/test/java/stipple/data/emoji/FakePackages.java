package stipple.data.emoji;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;
import stipple.data.pixels.Webp;

/** Package archives with a handful of emoji in the form of the real ones. */
public final class FakePackages implements PackageSource {
    private static final String DATA = """
            [{"label":"red apple","hexcode":"1F34E","tags":["apple","fruit","health","ripe"],"order":1,"group":1,"subgroup":1},
             {"label":"red heart","hexcode":"2764","tags":["love"],"order":2,"group":0,"subgroup":0},
             {"label":"waving hand","hexcode":"1F44B","tags":["bye","hello"],"order":3,"group":0,"subgroup":0,"skins":[
               {"label":"waving hand: dark skin tone","hexcode":"1F44B-1F3FF","order":4,"tone":5}]},
             {"label":"keycap: 5","hexcode":"0035-FE0F-20E3","tags":[],"order":5,"group":0,"subgroup":0},
             {"label":"right arrow","hexcode":"27A1","tags":["arrow"],"order":6,"group":0,"subgroup":0},
             {"label":"ON! arrow","hexcode":"1F51B","tags":["arrow"],"order":7,"group":0,"subgroup":0},
             {"label":"regional indicator A","hexcode":"1F1E6"}]""";
    private static final String CHINESE = """
            [{"label":"红苹果","hexcode":"1F34E","tags":["水果"]},{"label":"红心","hexcode":"2764"},
             {"label":"挥手","hexcode":"1F44B","skins":[{"label":"挥手: 较深肤色","hexcode":"1F44B-1F3FF"}]}]""";
    private static final String MESSAGES = """
            {"groups":[{"key":"smileys","order":0},{"key":"food-drink","order":1}],
             "subgroups":[{"key":"face","order":0},{"key":"food-fruit","order":1}]}""";
    static final String ICONS = """
            {"prefix":"fake","width":32,"height":32,"icons":{
              "red-apple":{"body":"<path fill=\\"#f00\\" d=\\"M0 0h16v32h-16z\\"/>"},
              "red-heart":{"body":"<circle cx=\\"16\\" cy=\\"16\\" r=\\"12\\" fill=\\"currentColor\\"/>"},
              "waving-hand":{"body":"<rect x=\\"4\\" y=\\"4\\" width=\\"9\\" height=\\"9\\" fill=\\"#fc0\\"/>"},
              "waving-hand-dark":{"body":"<rect x=\\"4\\" y=\\"4\\" width=\\"9\\" height=\\"9\\" fill=\\"#630\\"/>"},
              "keycap-5":{"body":"<g/>"},
              "left-arrow":{"body":"<path fill=\\"#00f\\" d=\\"M0 0h8v32h-8z\\"/>"},
              "on-arrow":{"body":"<path fill=\\"#0f0\\" d=\\"M0 0h64v8h-64z\\"/>","width":64}},
             "aliases":{"right-arrow":{"parent":"left-arrow","hFlip":true}}}""";
    private static final String CHARS = "{\"1f44b-1f3ff\":\"waving-hand-dark\",\"1f44b\":\"waving-hand\"}";

    private final Path folder;

    /** Archives that are written into this folder. */
    public FakePackages(Path folder) {
        this.folder = folder;
    }

    @Override
    public Path fetch(NpmPackage npmPackage) {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("package.json", utf8("{}"));
        if (npmPackage.equals(NpmPackage.EMOJIBASE)) {
            files.put("en/data.json", utf8(DATA));
            files.put("zh/data.json", utf8(CHINESE));
            files.put("en/messages.json", utf8(MESSAGES));
            files.put("LICENSE", utf8("the licence of emojibase"));
        } else if (npmPackage.equals(EmojiStyle.THREE_D.source())) {
            files.put("assets/1f34e.webp", Webp.solid(8, 8, 0xffcc0000));
            files.put("assets/35-fe0f-20e3.webp", Webp.solid(8, 4, 0xff0000cc));
            files.put("assets/2764-fe0f.webp", Webp.solid(8, 8, 0x00000000));
            files.put("assets/ffff.webp", Webp.solid(8, 8, 0xffffffff));
        } else {
            files.put("icons.json", utf8(ICONS));
            files.put("info.json", utf8("{\"name\":\"fake\"}"));
            if (!npmPackage.equals(EmojiStyle.GRADIENT.source()) && !npmPackage.equals(EmojiStyle.NOTO_V1.source())) {
                files.put("chars.json", utf8(CHARS));
            }
        }
        Path tgz = folder.resolve(npmPackage.fileName());
        write(tgz, files);
        return tgz;
    }

    /** Writes an archive with these files under {@code package/}. */
    public static void write(Path tgz, Map<String, byte[]> files) {
        try (OutputStream out = Files.newOutputStream(tgz);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(out))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry("package/" + file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text as bytes. */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
