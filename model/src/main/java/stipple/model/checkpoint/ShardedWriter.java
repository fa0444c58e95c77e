package stipple.model.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import stipple.model.files.AtomicFile;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * Writes a model's weights as Hugging Face does (reference §1.5): {@code model.safetensors} if they fit, else
 * {@code model-00001-of-0000N.safetensors} and an index. Each file is all or nothing; a folder is not, so write a
 * checkpoint that must survive a crash into a fresh folder.
 */
public final class ShardedWriter {
    /** The usual limit of one shard, 5 GB. */
    public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";
    private static final String SHARD_GLOB = "model-[0-9]*-of-[0-9]*.safetensors";

    private ShardedWriter() {}

    /**
     * Writes the weights into a folder; shards and index of an earlier checkpoint in it are removed once the new ones
     * are complete, because loaders would prefer them.
     *
     * @param tensors in the order in which they fill the shards
     * @param maxShardBytes a shard is closed before it would exceed this, unless it holds a single larger tensor
     * @throws UserException if something cannot be written
     */
    public static void write(Path dir, List<TensorSource> tensors, Map<String, String> metadata, long maxShardBytes) {
        if (maxShardBytes <= 0) {
            throw new UserException("The largest shard must be positive, but is " + maxShardBytes + " bytes");
        }
        List<List<TensorSource>> shards = split(tensors, maxShardBytes);
        Set<String> written = new HashSet<>();
        if (shards.size() == 1) {
            SafetensorsWriter.write(dir.resolve(SINGLE), shards.getFirst(), metadata);
            written.add(SINGLE);
        } else {
            writeShards(dir, shards, metadata, written);
        }
        removeStale(dir, written);
    }

    private static void writeShards(
            Path dir, List<List<TensorSource>> shards, Map<String, String> metadata, Set<String> written) {
        Map<String, String> weightMap = new TreeMap<>();
        long total = 0;
        for (int i = 0; i < shards.size(); i++) {
            String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
            SafetensorsWriter.write(dir.resolve(name), shards.get(i), metadata);
            written.add(name);
            for (TensorSource tensor : shards.get(i)) {
                if (weightMap.put(tensor.name(), name) != null) {
                    throw new UserException("Tensor '" + tensor.name() + "' is to be written twice");
                }
                total += tensor.bytes();
            }
        }
        ObjectNode index = JsonObjectFile.newObject();
        index.putObject("metadata").put("total_size", total);
        weightMap.forEach(index.putObject("weight_map")::put);
        JsonObjectFile.write(dir.resolve(INDEX), index);
        written.add(INDEX);
    }

    private static List<List<TensorSource>> split(List<TensorSource> tensors, long maxShardBytes) {
        List<List<TensorSource>> shards = new ArrayList<>();
        shards.add(new ArrayList<>());
        long filled = 0;
        for (TensorSource tensor : tensors) {
            if (!shards.getLast().isEmpty() && filled + tensor.bytes() > maxShardBytes) {
                shards.add(new ArrayList<>());
                filled = 0;
            }
            shards.getLast().add(tensor);
            filled += tensor.bytes();
        }
        return shards;
    }

    private static void removeStale(Path dir, Set<String> written) {
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(dir, SHARD_GLOB)) {
            List<Path> stale = new ArrayList<>();
            shards.forEach(stale::add);
            stale.add(dir.resolve(SINGLE));
            stale.add(dir.resolve(INDEX));
            for (Path path : stale) {
                if (!written.contains(path.getFileName().toString())) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException failure) {
            throw new UserException(
                    "Cannot remove the earlier weights in " + dir + ": " + AtomicFile.reason(failure), failure);
        }
    }
}
