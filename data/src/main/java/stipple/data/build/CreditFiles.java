package stipple.data.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A credit with the licence and notice files that came with the source.
 *
 * @param credit the credit
 * @param notices file name, unique in the set, to content
 */
public record CreditFiles(Credit credit, Map<String, byte[]> notices) {
    private static final String RESOURCES = "/stipple/data/licenses/";

    /** A credit whose licence text is all there is to say. */
    public static CreditFiles of(Credit credit) {
        return new CreditFiles(credit, Map.of());
    }

    /** Writes {@code LICENSES.md} and the folder {@code licenses} with the text of every licence. */
    static void write(Path output, Collection<CreditFiles> credits) throws IOException {
        Path folder = Files.createDirectories(output.resolve(OutputFolder.LICENCE_FOLDER));
        StringBuilder text = new StringBuilder("""
                # Sources and licences

                Pictures from packages were laid on a plain ground and scaled; nothing else was changed unless a sample \
                is an edit that says so. Each sample's JSON names its source and licence.

                | source | authors | licence | files |
                |---|---|---|---|
                """);
        TreeSet<String> licences = new TreeSet<>();
        for (CreditFiles one : credits) {
            licences.add(one.credit().licence());
            TreeSet<String> files =
                    new TreeSet<>(List.of("licenses/" + one.credit().licence() + ".txt"));
            for (Map.Entry<String, byte[]> notice : new TreeMap<>(one.notices()).entrySet()) {
                Files.write(folder.resolve(notice.getKey()), notice.getValue());
                files.add("licenses/" + notice.getKey());
            }
            text.append("| ")
                    .append(String.join(
                            " | ",
                            one.credit().source(),
                            one.credit().authors(),
                            one.credit().licence(),
                            String.join(", ", files)))
                    .append(" |\n");
        }
        Files.writeString(output.resolve("LICENSES.md"), text.toString());
        for (String licence : licences) {
            Files.write(folder.resolve(licence + ".txt"), licenceText(licence));
        }
    }

    /** The text of a licence by its SPDX name. */
    static byte[] licenceText(String licence) throws IOException {
        try (InputStream in = CreditFiles.class.getResourceAsStream(RESOURCES + licence + ".txt")) {
            if (in == null) {
                throw new IllegalStateException("no text of the licence " + licence);
            }
            return in.readAllBytes();
        }
    }
}
