package stipple.data.emoji;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Credits and licence texts beside the pictures: {@code LICENSES.md} and the folder {@code licenses}. */
final class LicenceFiles {
    private LicenceFiles() {}

    static void write(Path output, Map<NpmPackage, Path> archives) throws IOException {
        Path folder = Files.createDirectories(output.resolve("licenses"));
        StringBuilder text = new StringBuilder("""
                # Sources and licences

                The pictures were drawn from the packages below, composited on white and scaled; nothing else was \
                changed. The captions were made from emojibase's names and keywords. Each sample's JSON names its \
                package and licence.

                | package | authors | licence | licence text | files from the package |
                |---|---|---|---|---|
                """);
        TreeSet<String> licences = new TreeSet<>();
        for (Map.Entry<NpmPackage, Path> archive : archives.entrySet()) {
            NpmPackage source = archive.getKey();
            licences.add(source.licence());
            StringBuilder files = new StringBuilder();
            String prefix = source.fileName().replace(".tgz", "");
            for (Map.Entry<String, byte[]> notice :
                    TgzArchive.read(archive.getValue(), LicenceFiles::isNotice).entrySet()) {
                String name = prefix + "-" + notice.getKey();
                Files.write(folder.resolve(name), notice.getValue());
                files.append(files.isEmpty() ? "" : ", ").append("licenses/").append(name);
            }
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | licenses/%s.txt | %s |\n",
                    source.spec(),
                    source.authors(),
                    source.licence(),
                    source.licence(),
                    files));
        }
        text.append("\nCopyright (c) Microsoft Corporation (Fluent Emoji), Copyright (c) Google Inc (Noto Emoji), ")
                .append("Copyright (c) 2023 LobeHub (packaging of the 3D pictures), ")
                .append("Copyright (c) 2017-2019 Miles Johnson (emojibase).\n");
        Files.writeString(output.resolve("LICENSES.md"), text.toString());
        for (String licence : licences) {
            Files.write(folder.resolve(licence + ".txt"), licenceText(licence));
        }
    }

    /** Licence and notice files, and an Iconify set's info.json, which names its author and licence. */
    private static boolean isNotice(String path) {
        return path.matches("(?i)(licen[cs]e|notice|copying)[^/]*|info\\.json");
    }

    private static byte[] licenceText(String licence) throws IOException {
        String resource = "/stipple/data/licenses/" + licence + ".txt";
        try (InputStream in = LicenceFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no licence text " + resource);
            }
            return in.readAllBytes();
        }
    }
}
