package stipple.eval.bench;

import java.util.Arrays;

/**
 * Seconds of one thing done several times. The median, because machines are shared and the odd run is late.
 *
 * @param runs how often it was timed
 * @param median middle value
 * @param low first quartile
 * @param high third quartile
 */
public record Timing(int runs, double median, double low, double high) {
    private static final int MOST_RUNS = 1000;
    private static final int LEAST_RUNS = 3;

    /** Summarises measured seconds. */
    public static Timing of(double... seconds) {
        if (seconds.length == 0) {
            throw new IllegalArgumentException("Nothing was timed");
        }
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        return new Timing(sorted.length, at(sorted, 0.5), at(sorted, 0.25), at(sorted, 0.75));
    }

    /**
     * Does something once to warm up, then times it until the budget is spent, at least three times.
     *
     * @param budget seconds
     */
    public static Timing measure(double budget, Runnable work) {
        return measure(budget, MOST_RUNS, work);
    }

    /** The same with a limit on the runs. */
    public static Timing measure(double budget, int most, Runnable work) {
        work.run();
        double[] seconds = new double[most];
        int runs = 0;
        double spent = 0;
        while (runs < most && (spent < budget || runs < LEAST_RUNS)) {
            long start = System.nanoTime();
            work.run();
            seconds[runs] = (System.nanoTime() - start) / 1e9;
            spent += seconds[runs++];
        }
        return of(Arrays.copyOf(seconds, runs));
    }

    /** The same time shared out over so many equal parts. */
    public Timing per(double parts) {
        return new Timing(runs, median / parts, low / parts, high / parts);
    }

    /** Half the distance of the quartiles over the median: how far to trust it. */
    public double spread() {
        return median == 0 ? 0 : (high - low) / 2 / median;
    }

    /** Interpolates between neighbours. */
    private static double at(double[] sorted, double quantile) {
        double place = quantile * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
