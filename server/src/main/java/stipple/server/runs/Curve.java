package stipple.server.runs;

import java.util.Arrays;

/**
 * A figure over the steps of a run, shortened to what a chart can show: means of neighbours, with the lowest and the highest
 * of them, so that a spike is not averaged away.
 *
 * @param name what it is called in the log
 * @param count values in the log
 * @param steps mean step of each point, rising
 * @param values mean of the finite values there, NaN if there is none
 * @param low least finite value there
 * @param high greatest finite value there
 * @param notFinite values in the log that were not finite
 * @param last newest value, NaN if it is not finite
 */
@SuppressWarnings("ArrayRecordComponent") // written as JSON; never compared by equals
public record Curve(
        String name,
        int count,
        double[] steps,
        double[] values,
        double[] low,
        double[] high,
        int notFinite,
        double last) {
    /** Whether points stand for several values. */
    public boolean shortened() {
        return count > steps.length;
    }

    /** Shortens a curve to at most so many points. */
    static Curve of(String name, double[] steps, double[] values, int most) {
        int count = values.length;
        int points = Math.min(count, most);
        double[] s = new double[points];
        double[] v = new double[points];
        double[] low = new double[points];
        double[] high = new double[points];
        int notFinite =
                (int) Arrays.stream(values).filter(x -> !Double.isFinite(x)).count();
        for (int i = 0; i < points; i++) {
            int from = (int) ((long) i * count / points);
            int to = (int) ((long) (i + 1) * count / points);
            s[i] = Arrays.stream(steps, from, to).average().orElseThrow();
            double sum = 0;
            int finite = 0;
            low[i] = Double.POSITIVE_INFINITY;
            high[i] = Double.NEGATIVE_INFINITY;
            for (int j = from; j < to; j++) {
                if (Double.isFinite(values[j])) {
                    sum += values[j];
                    finite++;
                    low[i] = Math.min(low[i], values[j]);
                    high[i] = Math.max(high[i], values[j]);
                }
            }
            v[i] = finite == 0 ? Double.NaN : sum / finite;
        }
        return new Curve(name, count, s, v, low, high, notFinite, values[count - 1]);
    }
}
