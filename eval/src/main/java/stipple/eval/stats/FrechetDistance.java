package stipple.eval.stats;

/**
 * The Fréchet distance of two sets of feature vectors, each taken as a normal distribution: {@code |m1 - m2|^2 + tr(S1 + S2
 * - 2 (S1 S2)^(1/2))} (Dowson and Landau 1982). Named after its feature network wherever it is reported, for the numbers of
 * two networks cannot be compared.
 *
 * <p>No covariance is formed. With the centred sets {@code A} and {@code B} as rows, {@code tr (S1 S2)^(1/2)} is the sum of
 * the singular values of {@code A B^T} over {@code sqrt((n - 1) (m - 1))}; that is exact, needs no root of a matrix, and is
 * sound where there are fewer pictures than features.
 */
public final class FrechetDistance {
    private static final int SWEEPS = 60;
    private static final double PRECISION = 1e-11;

    private FrechetDistance() {}

    /**
     * The distance, biased upwards for small sets: compare only figures of equally many pictures.
     *
     * @param first {@code [n][features]}, at least two rows
     * @param second {@code [m][features]}, at least two rows
     */
    public static double of(float[][] first, float[][] second) {
        if (first.length < 2 || second.length < 2 || first[0].length != second[0].length) {
            throw new IllegalArgumentException("Two sets of at least two vectors of one width are needed, given "
                    + first.length + " and " + second.length + " vectors");
        }
        double[] meanOfFirst = mean(first);
        double[] meanOfSecond = mean(second);
        double[][] a = centred(first, meanOfFirst);
        double[][] b = centred(second, meanOfSecond);
        double between = 0;
        for (int i = 0; i < meanOfFirst.length; i++) {
            double d = meanOfFirst[i] - meanOfSecond[i];
            between += d * d;
        }
        double root = sumOfSingularValues(a.length <= b.length ? products(a, b) : products(b, a));
        double scale = Math.sqrt((a.length - 1.0) * (b.length - 1.0));
        double spread = squares(a) / (a.length - 1) + squares(b) / (b.length - 1) - 2 * root / scale;
        return between + Math.max(0, spread);
    }

    private static double[] mean(float[][] rows) {
        double[] mean = new double[rows[0].length];
        for (float[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        return mean;
    }

    private static double[][] centred(float[][] rows, double[] mean) {
        double[][] out = new double[rows.length][mean.length];
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; i < mean.length; i++) {
                out[r][i] = rows[r][i] - mean[i];
            }
        }
        return out;
    }

    private static double[][] products(double[][] a, double[][] b) {
        double[][] out = new double[a.length][b.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                out[i][j] = dot(a[i], b[j]);
            }
        }
        return out;
    }

    private static double squares(double[][] rows) {
        double sum = 0;
        for (double[] row : rows) {
            sum += dot(row, row);
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /**
     * By rotations that make the rows orthogonal (Hestenes 1958), whose lengths are then the singular values. Changes the
     * matrix.
     */
    static double sumOfSingularValues(double[][] rows) {
        double smallest = PRECISION * PRECISION * squares(rows);
        boolean turned = true;
        for (int sweep = 0; sweep < SWEEPS && turned; sweep++) {
            turned = false;
            for (int i = 0; i < rows.length; i++) {
                for (int j = i + 1; j < rows.length; j++) {
                    turned |= orthogonalise(rows[i], rows[j], smallest);
                }
            }
        }
        if (turned) {
            throw new IllegalStateException("The singular values did not settle within " + SWEEPS + " sweeps");
        }
        double sum = 0;
        for (double[] row : rows) {
            sum += Math.sqrt(dot(row, row));
        }
        return sum;
    }

    /** Whether the rows had to be turned. Rows that are nothing but rounding are left alone. */
    private static boolean orthogonalise(double[] x, double[] y, double smallest) {
        double xx = dot(x, x);
        double yy = dot(y, y);
        double xy = dot(x, y);
        if (Math.min(xx, yy) <= smallest || Math.abs(xy) <= PRECISION * Math.sqrt(xx * yy)) {
            return false;
        }
        double zeta = (yy - xx) / (2 * xy);
        double tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        double cosine = 1 / Math.sqrt(1 + tangent * tangent);
        double sine = cosine * tangent;
        for (int i = 0; i < x.length; i++) {
            double before = x[i];
            x[i] = cosine * before - sine * y[i];
            y[i] = sine * before + cosine * y[i];
        }
        return true;
    }
}
