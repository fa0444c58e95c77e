package stipple.data.emoji;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import stipple.data.shards.ShardInfo;

/**
 * What a build made.
 *
 * @param output the folder of the data set
 * @param samples samples in all shards
 * @param byStyle samples by style id
 * @param bySplit samples by split, the same as by shard family
 * @param byStyleAndSplit samples by style id, then split
 * @param byLicence samples by licence of the picture
 * @param blank pictures left out because nothing was drawn, by style id
 * @param unmatched emoji of the catalogue without a picture, by style id
 * @param shards the shards in order
 */
public record BuildReport(
        Path output,
        int samples,
        Map<String, Integer> byStyle,
        Map<String, Integer> bySplit,
        Map<String, Map<String, Integer>> byStyleAndSplit,
        Map<String, Integer> byLicence,
        Map<String, Integer> blank,
        Map<String, Integer> unmatched,
        List<ShardInfo> shards) {}
