package stipple.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * The index of a sharded checkpoint.
 *
 * @param path the index file
 * @param weightMap tensor name to shard
 */
record ShardIndex(Path path, Map<String, Path> weightMap) {
    /**
     * Reads an index file.
     *
     * @throws UserException if it is malformed or names a shard outside its own folder
     */
    static ShardIndex read(Path path) {
        JsonObjectFile map = JsonObjectFile.read(path)
                .object("weight_map")
                .orElseThrow(() -> new UserException(path + " has no 'weight_map'"));
        Map<String, Path> shards = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : map.node().properties()) {
            String name = property.getValue().asText();
            if (!property.getValue().isTextual() || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
                throw new UserException(path + ": '" + property.getKey() + "' lies in " + property.getValue()
                        + ", expected the name of a file beside the index");
            }
            shards.put(property.getKey(), path.resolveSibling(name));
        }
        if (shards.isEmpty()) {
            throw new UserException(path + " lists no tensors");
        }
        return new ShardIndex(path, shards);
    }

    List<Path> shards() {
        return weightMap.values().stream().distinct().sorted().toList();
    }

    List<String> namesIn(Path shard) {
        return weightMap.entrySet().stream()
                .filter(entry -> entry.getValue().equals(shard))
                .map(Map.Entry::getKey)
                .toList();
    }

    Optional<Path> shardOf(String name) {
        return Optional.ofNullable(weightMap.get(name));
    }
}
