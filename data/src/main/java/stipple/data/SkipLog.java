package stipple.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was left out of a data set, counted by reason with the first few examples. A whole sample is <em>skipped</em>; a
 * part of a sample that nobody needs (a tar member of an unknown kind) is <em>ignored</em>. Safe for use by many threads.
 */
public final class SkipLog {
    private static final int EXAMPLES = 3;

    private final Map<String, Tally> tallies = new LinkedHashMap<>();

    /**
     * One reason.
     *
     * @param reason why, in words that are the same for all cases
     * @param wholeSample whether samples were lost
     * @param count how often
     * @param examples the first few cases
     */
    public record Entry(String reason, boolean wholeSample, int count, List<String> examples) {}

    private static final class Tally {
        private final boolean wholeSample;
        private final List<String> examples = new ArrayList<>();
        private int count;

        Tally(boolean wholeSample) {
            this.wholeSample = wholeSample;
        }
    }

    /** Counts a sample that is left out. */
    public void skip(String reason, String example) {
        skip(reason, example, 1);
    }

    /** Counts so many samples of one kind. */
    public void skip(String reason, String example, int count) {
        add(reason, true, count, List.of(example));
    }

    /** Counts a part that is left out while its sample stays. */
    public void ignore(String reason, String example) {
        add(reason, false, 1, List.of(example));
    }

    /** Adds everything that another log holds. */
    public void addAll(SkipLog other) {
        other.entries().forEach(e -> add(e.reason(), e.wholeSample(), e.count(), e.examples()));
    }

    private synchronized void add(String reason, boolean wholeSample, int count, List<String> examples) {
        Tally tally = tallies.computeIfAbsent(reason, r -> new Tally(wholeSample));
        tally.count += count;
        examples.stream().limit(EXAMPLES - tally.examples.size()).forEach(tally.examples::add);
    }

    /** All reasons in the order in which they first occurred. */
    public synchronized List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        tallies.forEach((reason, tally) ->
                entries.add(new Entry(reason, tally.wholeSample, tally.count, List.copyOf(tally.examples))));
        return entries;
    }

    /** The number of samples left out. */
    public int skipped() {
        return entries().stream()
                .filter(Entry::wholeSample)
                .mapToInt(Entry::count)
                .sum();
    }

    /** How often a reason occurred. */
    public int count(String reason) {
        return entries().stream()
                .filter(e -> e.reason().equals(reason))
                .mapToInt(Entry::count)
                .sum();
    }

    /** One line for messages: {@code 3 picture cannot be decoded (a.png: …), …}; "nothing" when empty. */
    public String summary() {
        List<Entry> all = entries();
        if (all.isEmpty()) {
            return "nothing";
        }
        return String.join(
                ", ",
                all.stream()
                        .map(e -> e.count() + " " + e.reason() + " ("
                                + e.examples().getFirst() + ")")
                        .toList());
    }
}
