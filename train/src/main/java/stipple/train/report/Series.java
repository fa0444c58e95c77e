package stipple.train.report;

import java.util.Arrays;

/**
 * A figure over the steps of a run.
 *
 * @param name what it is called in the log
 * @param steps where it was taken, rising
 * @param values its values there
 */
record Series(String name, double[] steps, double[] values) {
    /** Whether there is anything to draw. */
    boolean isEmpty() {
        return steps.length == 0;
    }

    double last() {
        return values[values.length - 1];
    }

    /** At most so many points: means of neighbours where there are more. */
    Series thinned(int most) {
        if (steps.length <= most) {
            return this;
        }
        double[] s = new double[most];
        double[] v = new double[most];
        for (int i = 0; i < most; i++) {
            int from = (int) ((long) i * steps.length / most);
            int to = (int) ((long) (i + 1) * steps.length / most);
            s[i] = Arrays.stream(steps, from, to).average().orElseThrow();
            v[i] = Arrays.stream(values, from, to).average().orElseThrow();
        }
        return new Series(name, s, v);
    }

    /** Means over a window around each point, which narrows towards both ends so that nothing is pulled aside. */
    Series smoothed(int halfWindow) {
        double[] out = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int reach = Math.min(halfWindow, Math.min(i, values.length - 1 - i));
            out[i] = Arrays.stream(values, i - reach, i + reach + 1).average().orElseThrow();
        }
        return new Series(name, steps, out);
    }
}
