package stipple.data.emoji;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.shards.ShardInfo;

/** Counts of the samples written and left out. */
final class Tally {
    private final Map<String, Integer> byStyle = new TreeMap<>();
    private final Map<String, Integer> bySplit = new TreeMap<>();
    private final Map<String, Map<String, Integer>> byStyleAndSplit = new TreeMap<>();
    private final Map<String, Integer> byLicence = new TreeMap<>();
    private final Map<String, Integer> blank = new TreeMap<>();
    private int samples;

    void count(PlannedSample sample) {
        String style = sample.style().id();
        samples++;
        byStyle.merge(style, 1, Integer::sum);
        bySplit.merge(sample.split(), 1, Integer::sum);
        byStyleAndSplit.computeIfAbsent(style, s -> new TreeMap<>()).merge(sample.split(), 1, Integer::sum);
        byLicence.merge(sample.style().source().licence(), 1, Integer::sum);
    }

    void blank(PlannedSample sample) {
        blank.merge(sample.style().id(), 1, Integer::sum);
    }

    boolean has(EmojiStyle style) {
        return byStyle.containsKey(style.id());
    }

    BuildReport report(Path output, Map<String, Integer> unmatched, List<ShardInfo> shards) {
        return new BuildReport(
                output, samples, byStyle, bySplit, byStyleAndSplit, byLicence, blank, unmatched, List.copyOf(shards));
    }
}
