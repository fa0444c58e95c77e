package stipple.eval.stats;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap (Efron 1979) over prompts. A score is the unweighted mean over classes of the mean over a class's
 * pictures, so prompts are drawn again within each class and the pictures of a prompt stay together. The same numbers
 * always give the same interval.
 */
public final class Bootstrap {
    private static final int RESAMPLES = 4000;
    private static final long SEED = 20260101;

    private Bootstrap() {}

    /**
     * A difference of two runs on the same prompts.
     *
     * @param value second minus first, or a share of pairs that the second wins
     * @param interval of the difference
     * @param p two-sided probability of a difference at least as clear by chance, from the same resamples
     * @param neutral what equal runs have: 0, or one half for a share of pairs
     */
    public record Difference(double value, Interval interval, double p, double neutral) {
        /** Whether the interval leaves out what equal runs have. */
        public boolean isClear() {
            return !interval.holds(neutral);
        }
    }

    /**
     * The interval of the overall score.
     *
     * @param classes for each class its prompts, for each prompt the values of its pictures
     */
    public static Interval overall(List<double[][]> classes) {
        double[] scores = resampled(classes);
        return new Interval(quantile(scores, 0.025), quantile(scores, 0.975));
    }

    /**
     * The difference of the overall scores of two runs.
     *
     * @param differences for each class its prompts, for each prompt second minus first of each pair of pictures
     * @param neutral the value of pictures that are alike
     */
    public static Difference paired(List<double[][]> differences, double neutral) {
        double[] scores = resampled(differences);
        double below = Arrays.stream(scores).filter(s -> s < neutral).count() + 0.5 * count(scores, neutral);
        double above = scores.length - below;
        // One is added so that no number of resamples claims certainty.
        double p = Math.min(1, 2 * (Math.min(below, above) + 1) / (scores.length + 1));
        Interval interval = new Interval(quantile(scores, 0.025), quantile(scores, 0.975));
        return new Difference(mean(differences), interval, p, neutral);
    }

    /** The unweighted mean over classes of the means over their pictures. */
    public static double mean(List<double[][]> classes) {
        return classes.stream()
                .mapToDouble(prompts -> Arrays.stream(prompts)
                        .flatMapToDouble(Arrays::stream)
                        .average()
                        .orElseThrow())
                .average()
                .orElseThrow();
    }

    private static long count(double[] values, double wanted) {
        return Arrays.stream(values).filter(v -> v == wanted).count();
    }

    private static double[] resampled(List<double[][]> classes) {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] scores = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double total = 0;
            for (double[][] prompts : classes) {
                double sum = 0;
                int pictures = 0;
                for (int k = 0; k < prompts.length; k++) {
                    double[] drawn = prompts[random.nextInt(prompts.length)];
                    for (double value : drawn) {
                        sum += value;
                    }
                    pictures += drawn.length;
                }
                total += sum / pictures;
            }
            scores[i] = total / classes.size();
        }
        Arrays.sort(scores);
        return scores;
    }

    /** Linear between the two nearest values of a sorted array. */
    static double quantile(double[] sorted, double q) {
        double at = q * (sorted.length - 1);
        int low = (int) Math.floor(at);
        int high = Math.min(sorted.length - 1, low + 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }
}
