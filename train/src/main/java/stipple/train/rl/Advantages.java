package stipple.train.rl;

import java.util.Arrays;
import stipple.train.recipe.GrpoRecipe;

/**
 * What pictures gained over others of their prompt.
 *
 * @param values one a picture, 0 in groups that are left out
 * @param kept whether a group takes part
 * @param meanStd mean of the groups' standard deviations
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to arithmetic; never compared by equals
record Advantages(double[] values, boolean[] kept, double meanStd) {
    /** Keeps the division finite. */
    private static final double EPS = 1e-4;

    /**
     * Compares the pictures of each group.
     *
     * @param rewards of all pictures, group by group
     */
    static Advantages of(double[] rewards, GrpoRecipe recipe) {
        int size = recipe.group();
        int groups = rewards.length / size;
        double[] values = new double[rewards.length];
        boolean[] kept = new boolean[groups];
        double sumStd = 0;
        double batchStd = std(rewards, 0, rewards.length);
        for (int g = 0; g < groups; g++) {
            double mean = mean(rewards, g * size, size);
            double std = std(rewards, g * size, size);
            sumStd += std;
            // A group that is all equal, or all good, teaches nothing but noise.
            kept[g] = std >= recipe.minStd() && std > 0 && (recipe.maxMean() == null || mean <= recipe.maxMean());
            double scale = switch (recipe.advantage()) {
                case "group" -> std + EPS;
                case "batch" -> batchStd + EPS;
                default -> 1;
            };
            for (int i = g * size; kept[g] && i < (g + 1) * size; i++) {
                double advantage = (rewards[i] - mean) / scale;
                values[i] = Math.clamp(advantage, -recipe.advantageClip(), recipe.advantageClip());
            }
        }
        return new Advantages(values, kept, groups == 0 ? 0 : sumStd / groups);
    }

    private static double mean(double[] values, int from, int count) {
        return Arrays.stream(values, from, from + count).average().orElse(0);
    }

    private static double std(double[] values, int from, int count) {
        double mean = mean(values, from, count);
        return Math.sqrt(Arrays.stream(values, from, from + count)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElse(0));
    }

    /** Indices of the pictures that take part. */
    int[] pictures(int group) {
        int[] all = new int[values.length];
        int n = 0;
        for (int i = 0; i < values.length; i++) {
            if (kept[i / group]) {
                all[n++] = i;
            }
        }
        return Arrays.copyOf(all, n);
    }

    /** Share of the groups that take part. */
    double keptShare() {
        int n = 0;
        for (boolean one : kept) {
            n += one ? 1 : 0;
        }
        return kept.length == 0 ? 0 : (double) n / kept.length;
    }
}
