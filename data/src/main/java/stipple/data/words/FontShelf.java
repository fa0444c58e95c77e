package stipple.data.words;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import stipple.data.DataException;
import stipple.data.build.BuildProgress;
import stipple.data.build.Credit;
import stipple.data.build.CreditFiles;
import stipple.data.fonts.OutlineFont;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;
import stipple.data.packages.TgzArchive;

/** The fonts, read from their packages, and whom they are owed to. Safe for use by many threads once opened. */
final class FontShelf {
    private static final String LETTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final String METADATA = "metadata.json";

    private final Map<Typeface, OutlineFont> fonts = new LinkedHashMap<>();
    private final Map<String, CreditFiles> credits = new LinkedHashMap<>();

    private FontShelf() {}

    /** Fetches and reads all fonts. */
    static FontShelf open(PackageSource packages, Consumer<BuildProgress> progress) {
        FontShelf shelf = new FontShelf();
        Map<NpmPackage, List<Typeface>> bySource = Typeface.ALL.stream()
                .collect(Collectors.groupingBy(Typeface::source, LinkedHashMap::new, Collectors.toList()));
        int done = 0;
        for (Map.Entry<NpmPackage, List<Typeface>> entry : bySource.entrySet()) {
            progress.accept(new BuildProgress("fetch fonts", done, bySource.size()));
            shelf.read(entry.getKey(), entry.getValue(), packages.fetch(entry.getKey()));
            done++;
        }
        progress.accept(new BuildProgress("fetch fonts", done, done));
        return shelf;
    }

    /** The font of a typeface. */
    OutlineFont font(Typeface face) {
        return fonts.get(face);
    }

    /** Credits of all fonts. */
    List<CreditFiles> credits() {
        return List.copyOf(credits.values());
    }

    private void read(NpmPackage source, List<Typeface> faces, Path archive) {
        List<String> wanted = faces.stream().map(Typeface::file).toList();
        Map<String, byte[]> files = TgzArchive.read(archive, path -> path.equals(METADATA) || wanted.contains(path));
        for (Typeface face : faces) {
            OutlineFont font = OutlineFont.readWoff(file(files, face.file(), archive), face.id());
            if (!font.covers(LETTERS)) {
                throw new DataException(archive + ": " + face.file() + " lacks some of the letters and digits");
            }
            fonts.put(face, font);
        }
        Credit credit = new Credit(source.spec(), source.licence(), authors(files, source, archive));
        credits.put(
                source.spec(), new CreditFiles(credit, source.credit(archive).notices()));
    }

    /** Whom the package names; a package under another licence than this version expects is refused. */
    private static String authors(Map<String, byte[]> files, NpmPackage source, Path archive) {
        try {
            JsonNode licence =
                    new ObjectMapper().readTree(file(files, METADATA, archive)).path("license");
            if (!licence.path("type").asText().equals(source.licence())) {
                throw new DataException(archive + " is under "
                        + licence.path("type").asText() + ", not " + source.licence() + "; this font cannot be used");
            }
            // "Copyright (c) 2012, Sorkin Type Co (www...)" without what the licence file repeats.
            String notice = licence.path("attribution").asText().replaceAll("[\\s|]+", " ");
            String holder = notice.replaceFirst("(?i)^copyright\\s*(\\(c\\))?\\s*[-0-9, ]*(by )?", "")
                    .replaceFirst("( \\(|,? with | \\S+\\.ttf|\\.? All rights|, \\d{4}).*", "")
                    .strip();
            return holder.isEmpty() ? source.name() : holder;
        } catch (IOException e) {
            throw new DataException(archive + ": " + METADATA + " does not parse: " + e.getMessage(), e);
        }
    }

    private static byte[] file(Map<String, byte[]> files, String path, Path archive) {
        byte[] content = files.get(path);
        if (content == null) {
            throw new DataException(archive + " lacks " + path + "; it is not the version that this needs");
        }
        return content;
    }
}
