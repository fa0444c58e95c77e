package stipple.data.build;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import stipple.data.SkipLog;
import stipple.data.shards.ShardInfo;

/**
 * What a build made.
 *
 * @param folder the folder of the set
 * @param samples samples in all shards
 * @param counts samples by {@code split}, {@code source}, {@code license} and whatever else the builder counts
 * @param captions captions by the key that they stand under, variants counted
 * @param captioned samples that have captions under a key, by key and then by source
 * @param leftOut what was left out, by reason
 * @param shards the shards in order
 */
public record SetReport(
        Path folder,
        int samples,
        Map<String, Map<String, Integer>> counts,
        Map<String, Integer> captions,
        Map<String, Map<String, Integer>> captioned,
        SkipLog leftOut,
        List<ShardInfo> shards) {
    /** The counts along one axis, such as {@code split}; empty if nothing was counted there. */
    public Map<String, Integer> by(String axis) {
        return counts.getOrDefault(axis, Map.of());
    }
}
