package stipple.train.rl;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.recipe.Recipe;

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
     * A reward of all pictures, group by group.
     *
     * @param weight in the sum of advantages
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on to arithmetic; never compared by equals
    private record Part(double weight, double[] rewards) {}

    /** Compares the pictures of each group of a round. */
    static Advantages of(Round round, Recipe recipe) {
        if (!recipe.grpo().advantageOfEach()) {
            return of(round.total(), recipe.grpo());
        }
        List<Part> parts = recipe.rewards().stream()
                .filter(reward -> reward.weight() != 0)
                .map(reward -> new Part(reward.weight(), round.scores().get(reward.name())))
                .toList();
        return of(round.total(), parts, recipe.grpo());
    }

    /**
     * Compares the pictures of each group by one reward.
     *
     * @param rewards of all pictures, group by group
     */
    static Advantages of(double[] rewards, GrpoRecipe recipe) {
        return of(rewards, List.of(new Part(1, rewards)), recipe);
    }

    /** Which groups take part is decided by the sum of the rewards, what pictures gained by the parts. */
    private static Advantages of(double[] total, List<Part> parts, GrpoRecipe recipe) {
        int size = recipe.group();
        int groups = total.length / size;
        double[] values = new double[total.length];
        boolean[] kept = new boolean[groups];
        double sumStd = 0;
        for (int g = 0; g < groups; g++) {
            double mean = mean(total, g * size, size);
            double std = std(total, g * size, size);
            sumStd += std;
            // A group that is all equal, or all good, teaches nothing but noise.
            kept[g] = std >= recipe.minStd() && std > 0 && (recipe.maxMean() == null || mean <= recipe.maxMean());
        }
        for (Part part : parts) {
            add(part, kept, recipe, values);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.clamp(values[i], -recipe.advantageClip(), recipe.advantageClip());
        }
        return new Advantages(values, kept, groups == 0 ? 0 : sumStd / groups);
    }

    private static void add(Part part, boolean[] kept, GrpoRecipe recipe, double[] values) {
        int size = recipe.group();
        double[] rewards = part.rewards();
        double batchStd = std(rewards, 0, rewards.length);
        for (int g = 0; g < kept.length; g++) {
            double mean = mean(rewards, g * size, size);
            double scale = switch (recipe.advantage()) {
                case "group" -> std(rewards, g * size, size) + EPS;
                case "batch" -> batchStd + EPS;
                default -> 1;
            };
            for (int i = g * size; kept[g] && i < (g + 1) * size; i++) {
                values[i] += part.weight() * (rewards[i] - mean) / scale;
            }
        }
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

    /** Indices of the pictures that take part, rising: all of the groups that are kept, or their best and worst. */
    int[] pictures(GrpoRecipe recipe) {
        int size = recipe.group();
        int most = recipe.learnt() / 2;
        return IntStream.range(0, kept.length)
                .filter(g -> kept[g])
                .mapToObj(g -> IntStream.range(g * size, (g + 1) * size).boxed())
                .flatMap(group -> {
                    List<Integer> ranked = group.sorted(Comparator.comparingDouble(i -> -values[i]))
                            .toList();
                    return recipe.bestWorst() == null
                            ? ranked.stream()
                            : Stream.concat(
                                    ranked.subList(0, most).stream(), ranked.subList(size - most, size).stream());
                })
                .mapToInt(i -> i)
                .sorted()
                .toArray();
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
