package stipple.train.rl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.torch.UserException;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;
import stipple.train.pipeline.Mixture;
import stipple.train.recipe.DataRecipe;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.recipe.Recipe;

/**
 * The prompts of a run in the order in which they are asked: those that {@link PromptSource} finds by name. Several
 * threads may ask.
 */
final class Prompts {
    private final List<List<String>> lists;
    private final List<SampleOrder> orders;
    private final Mixture mixture;

    /**
     * Lists of prompts.
     *
     * @param orders within each list, or none for the order of the list
     * @param mixture of several lists
     */
    private Prompts(List<List<String>> lists, List<SampleOrder> orders, Mixture mixture) {
        this.lists = lists;
        this.orders = orders;
        this.mixture = mixture;
    }

    /** Prompts to train on: of the composition domain, combinations that its training sets show too. */
    static Prompts training(Recipe recipe) {
        return training(recipe.grpo(), recipe.data(), recipe.seed());
    }

    static Prompts training(GrpoRecipe grpo, DataRecipe data, long seed) {
        if (!grpo.ofComposition()) {
            return shuffled(new PromptSource("grpo.prompts", grpo.prompts(), data).listed(), seed);
        }
        Function<SceneClass, List<ScenePrompt>> seen = type -> ScenePrompts.seen(type, grpo.promptsPerClass());
        if (grpo.classes().isEmpty()) {
            return shuffled(PromptSource.inTurns(seen), seed);
        }
        List<List<String>> lists = new ArrayList<>();
        List<SampleOrder> orders = new ArrayList<>();
        for (String id : grpo.classes().keySet()) {
            lists.add(PromptSource.texts(seen.apply(SceneClass.ofId(id))));
            orders.add(new SampleOrder(
                    Seeds.mix(seed, lists.size(), 9), lists.getLast().size()));
        }
        double[] weights = grpo.classes().values().stream().mapToDouble(w -> w).toArray();
        return new Prompts(lists, orders, new Mixture(seed, weights));
    }

    /** Prompts to measure on, in a fixed order: of the composition domain, combinations that no training sees. */
    static Prompts heldOut(Recipe recipe) {
        return new Prompts(List.of(heldOutSource(recipe).heldOut()), List.of(), null);
    }

    /** Where the prompts to measure on come from. */
    static PromptSource heldOutSource(Recipe recipe) {
        if (recipe.grpo().holdout() == null) {
            throw new UserException("Held-out prompts are those of grpo.holdout, which the recipe leaves out");
        }
        return new PromptSource("grpo.holdout", recipe.grpo().holdout(), recipe.data());
    }

    private static Prompts shuffled(List<String> all, long seed) {
        return new Prompts(List.of(all), List.of(new SampleOrder(seed, all.size())), null);
    }

    /** Every prompt. */
    List<String> all() {
        return lists.stream().flatMap(List::stream).toList();
    }

    /** The prompt at a position of the endless stream. */
    synchronized String at(long position) {
        Mixture.Pick pick = mixture == null ? new Mixture.Pick(0, position) : mixture.at(position);
        List<String> list = lists.get(pick.part());
        int index = orders.isEmpty()
                ? (int) (pick.position() % list.size())
                : orders.get(pick.part()).at(pick.position());
        return list.get(index);
    }
}
