package stipple.train.rl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import stipple.model.NextStepModel;
import stipple.model.config.GenerationDefaults;
import stipple.model.flow.EstimateSampler;
import stipple.model.generate.Samplers;
import stipple.model.text.PromptRow;
import stipple.torch.Scope;
import stipple.train.data.Seeds;
import stipple.train.objective.TrainedModel;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.WatchRecipe;
import stipple.train.reward.WeightedRewards;

/**
 * The rewards of held-out prompts, and scores of other prompts that nothing rewards. Each prompt is drawn once, as the model is
 * drawn with by default, always with the same seeds.
 */
final class HeldOutScores implements AutoCloseable {
    private final Recipe recipe;
    private final Rollouts rollouts;
    private final PictureSampler drawer;
    private final List<Part> parts = new ArrayList<>();

    /**
     * Prompts with what scores them.
     *
     * @param total name of the weighted sum, or null where there is none to tell
     * @param prefix stands before the names of scores
     */
    private record Part(String total, String prefix, List<String> prompts, WeightedRewards rewards, boolean own) {
        List<String> figures() {
            List<String> names = new ArrayList<>();
            if (total != null) {
                names.add(total);
            }
            rewards.names().forEach(name -> names.add(prefix + name));
            return names;
        }
    }

    HeldOutScores(Recipe recipe, TrainedModel model, Rollouts rollouts) {
        this.recipe = recipe;
        this.rollouts = rollouts;
        GenerationDefaults d = model.config().generation();
        this.drawer = new PictureSampler(
                Samplers.of(d.sampler(), EstimateSampler.DEFAULT_NOISE_LEVEL),
                d.steps(),
                d.shift(),
                d.cfg(),
                rollouts.grid(),
                d.useNorm(),
                d.contextNoise());
        GrpoRecipe settings = recipe.grpo();
        if (settings.holdout() != null) {
            List<String> some = Prompts.heldOutSource(recipe).heldOut(settings.holdoutPrompts());
            parts.add(new Part("reward", "reward_", some, rollouts.rewards(), false));
        }
        try {
            for (WatchRecipe watch : settings.watch()) {
                List<String> prompts = new PromptSource(
                                "grpo.watch '" + watch.name() + "'", watch.prompts(), recipe.data())
                        .heldOut(settings.holdoutPrompts());
                String prefix = "watch_" + watch.name() + "_";
                parts.add(new Part(null, prefix, prompts, new WeightedRewards(watch.rewards()), true));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Names of the figures; all are better when they are higher. */
    Map<String, Boolean> figures() {
        Map<String, Boolean> figures = new LinkedHashMap<>();
        parts.forEach(part -> part.figures().forEach(name -> figures.put(name, true)));
        return figures;
    }

    /** Draws and scores every prompt once. */
    Map<String, Double> measure(NextStepModel network) {
        Map<String, Double> means = new LinkedHashMap<>();
        for (Part part : parts) {
            means.putAll(measure(network, part));
        }
        return means;
    }

    private Map<String, Double> measure(NextStepModel network, Part part) {
        Map<String, Double> sums = new LinkedHashMap<>();
        int most = recipe.batch() * recipe.grpo().group();
        for (int from = 0; from < part.prompts().size(); from += most) {
            List<String> some =
                    part.prompts().subList(from, Math.min(part.prompts().size(), from + most));
            long start = from;
            List<PictureNoise.Seed> seeds = IntStream.range(0, some.size())
                    .mapToObj(i -> PictureNoise.Seed.alone(Seeds.mix(recipe.seed(), start + i, 8)))
                    .toList();
            try (Scope scope = Scope.open()) {
                List<PromptRow> asked = some.stream().map(rollouts::row).toList();
                Sampled sampled = drawer.draw(network, asked, rollouts.unconditional(), seeds, Set.of());
                WeightedRewards.Scores scores = part.rewards().of(rollouts.judged(some, sampled.tokens()));
                if (part.total() != null) {
                    sums.merge(part.total(), Arrays.stream(scores.total()).sum(), Double::sum);
                }
                scores.byName()
                        .forEach((name, values) -> sums.merge(
                                part.prefix() + name, Arrays.stream(values).sum(), Double::sum));
            }
        }
        sums.replaceAll((name, sum) -> sum / part.prompts().size());
        return sums;
    }

    @Override
    public void close() {
        parts.stream().filter(Part::own).forEach(part -> part.rewards().close());
    }
}
