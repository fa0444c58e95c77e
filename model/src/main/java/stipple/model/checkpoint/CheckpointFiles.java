package stipple.model.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * All weights of a checkpoint, from one file or many, mapped until closed. A leading {@code model.} is stripped from
 * names.
 */
public final class CheckpointFiles implements AutoCloseable {
    private static final List<String> INDEXES = List.of(ShardedWriter.INDEX, "pytorch_model.bin.index.json");
    private static final List<String> SINGLES = List.of(ShardedWriter.SINGLE, "pytorch_model.bin");
    private static final List<String> GLOBS =
            List.of("model-*.safetensors", "pytorch_model-*.bin", "*.safetensors", "*.bin");
    private static final String AUTOENCODER = "checkpoint.pt";
    private static final String PREFIX = "model.";

    private final Path source;
    private final List<TensorFile> files = new ArrayList<>();
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

    private CheckpointFiles(Path source) {
        this.source = source;
    }

    /**
     * Opens the weights of a folder in the reference's order (§1.5): an index, {@code model.safetensors},
     * {@code pytorch_model.bin}, then shards and other weight files by pattern; or of a single file.
     *
     * @throws UserException if there are none, a shard is missing or malformed, or the index and the shards disagree
     */
    public static CheckpointFiles open(Path source) {
        return filled(new CheckpointFiles(source), files -> {
            if (Files.isDirectory(source)) {
                files.addFolder(source);
            } else {
                files.addFile(source);
            }
        });
    }

    /**
     * Opens the weights of an image tokenizer's folder: {@code checkpoint.pt} (§1.6), else as {@link #open}.
     *
     * @throws UserException as {@link #open}
     */
    public static CheckpointFiles openAutoencoder(Path source) {
        Path pickled = source.resolve(AUTOENCODER);
        return open(Files.isRegularFile(pickled) ? pickled : source);
    }

    /** Where the weights come from. */
    public Path source() {
        return source;
    }

    /** The files that are open, in order. */
    public List<Path> files() {
        return files.stream().map(TensorFile::path).toList();
    }

    /** All tensors by name. */
    public Map<String, StoredTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** The tensor of that name, if it is there. */
    public Optional<StoredTensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /**
     * The tensor of that name.
     *
     * @throws UserException if it is not there
     */
    public StoredTensor get(String name) {
        return find(name).orElseThrow(() -> new UserException(source + " has no tensor '" + name + "'"));
    }

    /** Unmaps all files; no tensor may be touched afterwards. */
    @Override
    public void close() {
        files.forEach(TensorFile::close);
    }

    private static CheckpointFiles filled(CheckpointFiles files, Consumer<CheckpointFiles> filling) {
        try {
            filling.accept(files);
            return files;
        } catch (RuntimeException failure) {
            files.close();
            throw failure;
        }
    }

    private void addFolder(Path dir) {
        for (String name : INDEXES) {
            if (Files.isRegularFile(dir.resolve(name))) {
                addIndexed(ShardIndex.read(dir.resolve(name)));
                return;
            }
        }
        for (String name : SINGLES) {
            if (Files.isRegularFile(dir.resolve(name))) {
                addFile(dir.resolve(name));
                return;
            }
        }
        for (String glob : GLOBS) {
            List<Path> found = glob(dir, glob);
            if (!found.isEmpty()) {
                found.forEach(this::addFile);
                return;
            }
        }
        throw new UserException("No weights in " + dir + ": looked for " + String.join(", ", INDEXES) + ", "
                + String.join(", ", SINGLES) + ", " + String.join(", ", GLOBS));
    }

    private void addFile(Path path) {
        TensorFile file = openKept(path);
        file.tensors().forEach((name, tensor) -> put(file, name, tensor));
    }

    /** Shards may hold more than the index lists; where two hold the same name, the index decides. */
    private void addIndexed(ShardIndex index) {
        for (Path path : index.shards()) {
            if (!Files.isRegularFile(path)) {
                throw new UserException("Missing shard " + path + ", which " + index.path() + " lists");
            }
            TensorFile file = openKept(path);
            for (String name : index.namesIn(path)) {
                if (!file.tensors().containsKey(name)) {
                    throw new UserException(
                            index.path() + " says that " + path + " holds '" + name + "', but it does not");
                }
            }
            file.tensors().forEach((name, tensor) -> {
                if (index.shardOf(name).map(path::equals).orElse(true)) {
                    put(file, name, tensor);
                }
            });
        }
    }

    private TensorFile openKept(Path path) {
        TensorFile file = TensorFile.open(path);
        files.add(file);
        return file;
    }

    private void put(TensorFile file, String stored, StoredTensor tensor) {
        String name = stored.startsWith(PREFIX) ? stored.substring(PREFIX.length()) : stored;
        if (tensors.put(name, tensor.withName(name)) != null) {
            throw new UserException(source + " holds tensor '" + name + "' twice, the second time in " + file.path());
        }
    }

    private static List<Path> glob(Path dir, String pattern) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir, pattern)) {
            stream.forEach(found::add);
        } catch (IOException failure) {
            throw new UserException("Cannot list " + dir + ": " + AtomicFile.reason(failure), failure);
        }
        Collections.sort(found);
        return found;
    }
}
