package stipple.model.metrics;

import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/**
 * How evenly image tokens are spread. Normalised per token, every token has mean 0 and variance 1 (paper §1.4); then the
 * spread over the elements of the token tells whether the latent space is used evenly, and the share of outliers how far
 * it is from a normal distribution, of which 0.27 % lie beyond three standard deviations.
 */
public final class TokenStatistics {
    /** Distance from zero beyond which an element is an outlier. */
    public static final double OUTLIER = 3;

    private double tokens;
    private double elements;
    private double outliers;
    private double means;
    private double squaredMeans;
    private double variances;
    private double squaredVariances;
    private double[] sums = new double[0];
    private double[] squares = new double[0];

    /**
     * What was seen.
     *
     * @param mean mean over tokens of the mean of a token
     * @param meanSpread standard deviation over tokens of the mean of a token
     * @param variance mean over tokens of the variance of a token
     * @param varianceSpread standard deviation over tokens of the variance of a token
     * @param elementMeanSpread standard deviation over the elements of a token of their means over all tokens
     * @param elementVarianceSpread the same of their variances
     * @param outliers share of elements further than three from zero
     */
    public record Summary(
            double mean,
            double meanSpread,
            double variance,
            double varianceSpread,
            double elementMeanSpread,
            double elementVarianceSpread,
            double outliers) {}

    /**
     * Adds tokens.
     *
     * @param batch {@code [n, tokens, width]}; the width must stay the same
     */
    public void add(Tensor batch) {
        try (Scope scope = Scope.open()) {
            int width = (int) batch.size(-1);
            Tensor rows = batch.to(DType.F64).reshape(-1, width);
            if (tokens == 0) {
                sums = new double[width];
                squares = new double[width];
            } else if (width != sums.length) {
                throw new IllegalArgumentException("Tokens of " + width + " elements after some of " + sums.length);
            }
            Tensor mean = rows.mean(-1);
            Tensor variance = rows.sub(mean).square().mean(-1);
            tokens += rows.size(0);
            elements += rows.count();
            means += mean.sum().item();
            squaredMeans += mean.square().sum().item();
            variances += variance.sum().item();
            squaredVariances += variance.square().sum().item();
            float[] all = rows.to(DType.F32).toFloats();
            for (int i = 0; i < all.length; i++) {
                double value = all[i];
                sums[i % width] += value;
                squares[i % width] += value * value;
                outliers += Math.abs(value) > OUTLIER ? 1 : 0;
            }
        }
    }

    /**
     * The statistics of all tokens added.
     *
     * @throws IllegalStateException if there are none
     */
    public Summary summary() {
        if (tokens == 0) {
            throw new IllegalStateException("No tokens were added");
        }
        int width = sums.length;
        double[] elementMeans = new double[width];
        double[] elementVariances = new double[width];
        for (int i = 0; i < width; i++) {
            elementMeans[i] = sums[i] / tokens;
            elementVariances[i] = Math.max(0, squares[i] / tokens - elementMeans[i] * elementMeans[i]);
        }
        return new Summary(
                means / tokens,
                deviation(means, squaredMeans, tokens),
                variances / tokens,
                deviation(variances, squaredVariances, tokens),
                deviation(elementMeans),
                deviation(elementVariances),
                outliers / elements);
    }

    private static double deviation(double[] values) {
        double sum = 0;
        double square = 0;
        for (double value : values) {
            sum += value;
            square += value * value;
        }
        return deviation(sum, square, values.length);
    }

    private static double deviation(double sum, double squares, double count) {
        double mean = sum / count;
        return Math.sqrt(Math.max(0, squares / count - mean * mean));
    }
}
