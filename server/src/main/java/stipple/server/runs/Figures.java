package stipple.server.runs;

import java.util.Arrays;

/** A figure over the steps of a run, as it grows. */
final class Figures {
    private double[] steps = new double[16];
    private double[] values = new double[16];
    private int count;

    /**
     * Adds a value.
     *
     * @param value NaN for one that was not finite
     */
    void add(double step, double value) {
        if (count == steps.length) {
            steps = Arrays.copyOf(steps, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        steps[count] = step;
        values[count] = value;
        count++;
    }

    /** What there is now, shortened to so many points. */
    Curve curve(String name, int points) {
        return Curve.of(name, Arrays.copyOf(steps, count), Arrays.copyOf(values, count), points);
    }

    /** The newest value, NaN if it was not finite. */
    double last() {
        return values[count - 1];
    }

    long lastStep() {
        return (long) steps[count - 1];
    }
}
