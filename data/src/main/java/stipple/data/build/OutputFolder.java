package stipple.data.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import stipple.data.DataException;

/** The folder that a build fills. */
public final class OutputFolder {
    public static final String LICENCE_FOLDER = "licenses";
    /** What a build puts down while it works; a later build clears what one that was killed left. */
    public static final String SPOOL = "drawings.spool";

    private static final Pattern OWN = Pattern.compile("[a-z_]+-\\d+\\.tar(\\.part)?"
            + "|index\\.json|meta\\.json|meta_stats\\.json|CARD\\.md|LICENSES\\.md|contact-sheet\\.png|"
            + SPOOL + "|"
            + LICENCE_FOLDER);

    private OutputFolder() {}

    /** Makes the folder, or empties one of an earlier build; a folder with anything else in it is refused. */
    public static void prepare(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new DataException(folder + " is a file; give a folder for the data set");
        }
        try {
            Files.createDirectories(folder);
            List<Path> present = list(folder);
            for (Path path : present) {
                if (!OWN.matcher(path.getFileName().toString()).matches()) {
                    throw new DataException(folder + " holds '" + path.getFileName()
                            + "', which is not part of a built data set; give an empty or new folder");
                }
            }
            for (Path path : present) {
                if (Files.isDirectory(path)) {
                    for (Path file : list(path)) {
                        Files.delete(file);
                    }
                }
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new DataException("cannot use " + folder + " for the data set: " + e.getMessage(), e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
