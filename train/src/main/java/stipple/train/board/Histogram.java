package stipple.train.board;

/**
 * The distribution of some values in the form that TensorBoard draws.
 *
 * @param min smallest value
 * @param max largest value
 * @param count number of values
 * @param sum sum of values
 * @param squares sum of squares
 * @param limits upper end of each bucket, rising
 * @param buckets number of values in each bucket
 */
public record Histogram(
        double min, double max, double count, double sum, double squares, double[] limits, double[] buckets) {
    private static final int BUCKETS = 50;

    /** Counts values into buckets of equal width; values that are not finite are left out. */
    public static Histogram of(float[] values) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
                sum += value;
                squares += (double) value * value;
                count++;
            }
        }
        if (count == 0) {
            return new Histogram(0, 0, 0, 0, 0, new double[] {0}, new double[] {0});
        }
        double width = max > min ? (max - min) / BUCKETS : 1;
        double[] limits = new double[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            limits[i] = i == BUCKETS - 1 && max > min ? max : min + (i + 1) * width;
        }
        double[] buckets = new double[BUCKETS];
        for (float value : values) {
            if (Float.isFinite(value)) {
                buckets[Math.min(BUCKETS - 1, (int) ((value - min) / width))]++;
            }
        }
        return new Histogram(min, max, count, sum, squares, limits, buckets);
    }

    /** A {@code HistogramProto}. */
    Proto proto() {
        return new Proto()
                .number(1, min)
                .number(2, max)
                .number(3, count)
                .number(4, sum)
                .number(5, squares)
                .numbers(6, limits)
                .numbers(7, buckets);
    }
}
