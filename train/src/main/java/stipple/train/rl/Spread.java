package stipple.train.rl;

import java.util.Arrays;

/**
 * How some scores lie: what a gain is measured by.
 *
 * @param mean 0 if there are none
 * @param std the standard deviation, 0 if there are none
 */
record Spread(double mean, double std) {
    /** Keeps divisions by a standard deviation finite. */
    static final double EPS = 1e-4;

    static Spread of(double[] values) {
        return of(values, 0, values.length);
    }

    static Spread of(double[] values, int from, int count) {
        double mean = Arrays.stream(values, from, from + count).average().orElse(0);
        double variance = Arrays.stream(values, from, from + count)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElse(0);
        return new Spread(mean, Math.sqrt(variance));
    }
}
