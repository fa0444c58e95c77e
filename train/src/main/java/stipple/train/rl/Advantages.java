package stipple.train.rl;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stipple.model.image.TokenGrid;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.recipe.RewardRecipe;

/**
 * What pictures gained over others of their prompt.
 *
 * @param values one a picture, 0 in groups that are left out
 * @param tokens one a token where {@linkplain GrpoRecipe#byParts parts} are compared, else none
 * @param kept whether a group takes part
 * @param meanStd mean of the groups' standard deviations
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to arithmetic; never compared by equals
record Advantages(double[] values, double[] tokens, boolean[] kept, double meanStd) {
    /**
     * A reward of all pictures, group by group.
     *
     * @param weight in the sum of advantages
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on to arithmetic; never compared by equals
    private record Part(double weight, double[] rewards) {}

    /** Compares the pictures of each group of a round. */
    static Advantages of(Round round, TokenGrid grid, GrpoRecipe recipe, List<RewardRecipe> rewards) {
        Advantages pictures = of(round, recipe, rewards);
        if (!recipe.byParts()) {
            return pictures;
        }
        PartAdvantages parts = PartAdvantages.of(round.located(), grid, recipe);
        int size = recipe.group();
        boolean[] kept = new boolean[parts.kept().length];
        for (int g = 0; g < kept.length; g++) {
            double mean = Spread.of(round.total(), g * size, size).mean();
            kept[g] = parts.kept()[g] && !tooGood(mean, recipe);
        }
        double[] tokens = parts.values();
        if (recipe.byPictures()) {
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] += pictures.values()[i / grid.count()];
            }
        }
        return new Advantages(pictures.values(), tokens, kept, pictures.meanStd());
    }

    private static boolean tooGood(double mean, GrpoRecipe recipe) {
        return recipe.maxMean() != null && mean > recipe.maxMean();
    }

    private static Advantages of(Round round, GrpoRecipe recipe, List<RewardRecipe> rewards) {
        if (!recipe.advantageOfEach()) {
            return of(round.total(), recipe);
        }
        List<Part> parts = rewards.stream()
                .filter(reward -> reward.weight() != 0)
                .map(reward -> new Part(reward.weight(), round.scores().get(reward.name())))
                .toList();
        return of(round.total(), parts, recipe);
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
            Spread group = Spread.of(total, g * size, size);
            sumStd += group.std();
            // A group that is all equal, or all good, teaches nothing but noise.
            kept[g] = group.std() >= recipe.minStd() && group.std() > 0 && !tooGood(group.mean(), recipe);
        }
        for (Part part : parts) {
            add(part, kept, recipe, values);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.clamp(values[i], -recipe.advantageClip(), recipe.advantageClip());
        }
        return new Advantages(values, new double[0], kept, groups == 0 ? 0 : sumStd / groups);
    }

    private static void add(Part part, boolean[] kept, GrpoRecipe recipe, double[] values) {
        int size = recipe.group();
        double[] rewards = part.rewards();
        double batchStd = Spread.of(rewards).std();
        for (int g = 0; g < kept.length; g++) {
            Spread group = Spread.of(rewards, g * size, size);
            double scale = switch (recipe.advantage()) {
                case "group" -> group.std() + Spread.EPS;
                case "batch" -> batchStd + Spread.EPS;
                default -> 1;
            };
            for (int i = g * size; kept[g] && i < (g + 1) * size; i++) {
                values[i] += part.weight() * (rewards[i] - group.mean()) / scale;
            }
        }
    }

    /**
     * What is learnt from: a gain for each picture, or for each token where parts are compared.
     *
     * @param pictures that take part
     * @param rows their tokens that do, counted through all pictures
     */
    double[] gained(int[] pictures, long[] rows) {
        return tokens.length == 0
                ? Arrays.stream(pictures).mapToDouble(i -> values[i]).toArray()
                : Arrays.stream(rows).mapToDouble(row -> tokens[(int) row]).toArray();
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
