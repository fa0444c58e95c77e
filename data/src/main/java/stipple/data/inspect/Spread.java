package stipple.data.inspect;

import java.util.Arrays;

/**
 * How some whole numbers are spread.
 *
 * @param count how many there are
 * @param min the least; 0 when there are none
 * @param median the 50th percentile (nearest rank)
 * @param p95 the 95th percentile (nearest rank)
 * @param max the greatest
 * @param mean the average
 */
public record Spread(int count, long min, long median, long p95, long max, double mean) {
    /** Summarises values in any order. */
    public static Spread of(long[] values) {
        if (values.length == 0) {
            return new Spread(0, 0, 0, 0, 0, 0);
        }
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(
                sorted.length,
                sorted[0],
                rank(sorted, 0.5),
                rank(sorted, 0.95),
                sorted[sorted.length - 1],
                Arrays.stream(sorted).average().orElseThrow());
    }

    private static long rank(long[] sorted, double part) {
        return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
    }

    @Override
    public String toString() {
        return "min " + min + ", median " + median + ", 95 % up to " + p95 + ", max " + max;
    }
}
