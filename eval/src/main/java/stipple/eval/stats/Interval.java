package stipple.eval.stats;

/**
 * A range that holds the true value with a confidence of 95 %.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) {
    /** Whether a value lies in it. */
    public boolean holds(double value) {
        return low <= value && value <= high;
    }
}
