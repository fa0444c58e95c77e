package stipple.train.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;
import stipple.torch.UserException;
import stipple.train.recipe.RewardRecipe;

/** The rewards of a recipe, added up by their weights; those of weight 0 are measured and not added. */
public final class WeightedRewards implements AutoCloseable {
    private final List<Part> parts = new ArrayList<>();

    private record Part(String name, double weight, Reward reward) {}

    /**
     * Opens the rewards of a recipe.
     *
     * @throws UserException if there is none of a kind
     */
    public WeightedRewards(List<RewardRecipe> recipes) {
        Map<String, RewardProvider> providers = new TreeMap<>();
        for (RewardProvider provider : List.of(new PixelReward.Provider(), new HttpReward.Provider())) {
            providers.put(provider.kind(), provider);
        }
        ServiceLoader.load(RewardProvider.class).forEach(provider -> providers.put(provider.kind(), provider));
        try {
            for (RewardRecipe recipe : recipes) {
                RewardProvider provider = providers.get(recipe.kind());
                if (provider == null) {
                    throw new UserException("Recipe: no reward of the kind '" + recipe.kind() + "'; there are "
                            + String.join(", ", providers.keySet()));
                }
                parts.add(new Part(recipe.name(), recipe.weight(), provider.open(recipe.options())));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Scores of some pictures.
     *
     * @param total weighted sums
     * @param byName the scores of each reward before weighting
     * @param located what the parts of the pictures are worth; empty if that was not asked
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on to arithmetic; never compared by equals
    public record Scores(double[] total, Map<String, double[]> byName, List<Located> located) {}

    /** Names of the rewards in the order of the recipe. */
    public List<String> names() {
        return parts.stream().map(Part::name).toList();
    }

    /**
     * Scores pictures.
     *
     * @throws UserException if a reward gives another number of scores, or one that is not finite
     */
    public Scores of(List<Judged> pictures) {
        return scored(pictures, List.of(), null);
    }

    /**
     * The same with what the parts of the pictures are worth to the one reward that counts.
     *
     * @throws UserException if it cannot say so, or is not alone
     */
    public Scores withParts(List<Judged> pictures) {
        LocatingReward locating = locating();
        return scored(pictures, locating.located(pictures), locating);
    }

    /** Does not ask the reward again that has said what the parts are worth. */
    private Scores scored(List<Judged> pictures, List<Located> located, LocatingReward asked) {
        double[] total = new double[pictures.size()];
        Map<String, double[]> byName = new LinkedHashMap<>();
        for (Part part : parts) {
            double[] scores = part.reward() == asked
                    ? located.stream().mapToDouble(Located::score).toArray()
                    : part.reward().scores(pictures);
            if (scores.length != total.length) {
                throw new UserException("The reward '" + part.name() + "' gave " + scores.length + " scores for "
                        + total.length + " pictures");
            }
            for (int i = 0; i < total.length; i++) {
                if (!Double.isFinite(scores[i])) {
                    throw new UserException("The reward '" + part.name() + "' gave " + scores[i] + " for '"
                            + pictures.get(i).prompt() + "'; scores must be finite");
                }
                total[i] += part.weight() * scores[i];
            }
            byName.put(part.name(), scores);
        }
        return new Scores(total, byName, located);
    }

    private LocatingReward locating() {
        List<Part> counting = parts.stream().filter(part -> part.weight() != 0).toList();
        if (counting.size() == 1
                && counting.getFirst().weight() > 0
                && counting.getFirst().reward() instanceof LocatingReward locating) {
            return locating;
        }
        throw new UserException(
                "Recipe: grpo.credit parts needs one reward of positive weight that sees where a picture is"
                        + " right, such as composition; got "
                        + counting.stream().map(Part::name).collect(Collectors.joining(", ")));
    }

    /** Refuses rewards that cannot say what the parts of a picture are worth. */
    public void requireLocating() {
        locating();
    }

    @Override
    public void close() {
        parts.forEach(part -> part.reward().close());
        parts.clear();
    }
}
