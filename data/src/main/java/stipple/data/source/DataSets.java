package stipple.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.SampleSource;
import stipple.data.shards.ShardSet;

/** Opens whatever a data set is stored in. */
public final class DataSets {
    private static final Pattern SHARD = Pattern.compile("(.+)-\\d+\\.tar");

    private DataSets() {}

    /**
     * Opens a data set by what is there: a {@code .tar}, a {@code .jsonl} file, a folder with tars (subfolders included),
     * or a folder of pictures with captions.
     *
     * @param family shard family such as {@code train}; "" for all, and for anything but shards
     * @throws DataException if nothing is there, it is of another kind, or it holds no usable sample
     */
    public static SampleSource open(Path path, String family) {
        String name =
                path.getFileName() == null ? "" : path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (Files.isRegularFile(path)) {
            if (name.endsWith(".tar")) {
                return ShardSet.open(path, family);
            }
            if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
                refuseFamily(path, family);
                return JsonLines.open(path);
            }
            throw new DataException(path + " is no data set; give a .tar shard, a .jsonl file, a folder of shards,"
                    + " or a folder of pictures with .txt captions");
        }
        if (!Files.isDirectory(path)) {
            throw new DataException(path + " does not exist; give a .tar shard, a .jsonl file, a folder of shards,"
                    + " or a folder of pictures with .txt captions");
        }
        if (!family.isEmpty() || holdsTar(path)) {
            return ShardSet.open(path, family);
        }
        return PictureFolder.open(path);
    }

    /**
     * The shard families of a folder, in the order of their names.
     *
     * @throws DataException if it is no folder
     */
    public static List<String> families(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> SHARD.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> name.group(1))
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DataException(folder + " is no folder of shards", e);
        }
    }

    private static void refuseFamily(Path path, String family) {
        if (!family.isEmpty()) {
            throw new DataException(
                    path + " has no shard families ('" + family + "'); families belong to a folder of tar shards");
        }
    }

    private static boolean holdsTar(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(p -> p.toString().endsWith(".tar"));
        } catch (IOException e) {
            throw new DataException("cannot list " + folder + ": " + e.getMessage(), e);
        }
    }
}
