package stipple.train.rl;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import stipple.model.flow.Sampler;
import stipple.model.flow.SolverStep;
import stipple.model.generate.Samplers;
import stipple.torch.UserException;
import stipple.train.data.Seeds;
import stipple.train.recipe.GrpoRecipe;

/** The sampler of a run and which of its steps are optimised when. */
final class FlowSteps {
    private final Sampler sampler;
    private final List<Integer> candidates = new ArrayList<>();
    private final GrpoRecipe recipe;
    private final List<SolverStep> program;
    private final int perUpdate;
    private final int updates;
    private final long seed;

    FlowSteps(GrpoRecipe recipe, double shift, long seed) {
        this.recipe = recipe;
        this.sampler = Samplers.of(recipe.kind(), recipe.noiseLevel());
        this.perUpdate = recipe.flowSteps();
        this.updates = recipe.updates();
        this.seed = seed;
        this.program = sampler.program(recipe.steps(), shift).steps();
        int from = (int) Math.round(recipe.window().get(0) * program.size());
        int to = (int) Math.round(recipe.window().get(1) * program.size());
        for (int i = from; i < to; i++) {
            // A step without noise is no choice of the policy.
            if (recipe.onPath() || program.get(i).noise() > 0) {
                candidates.add(i);
            }
        }
        if (candidates.size() < perUpdate * updates) {
            throw new UserException("Recipe: grpo.flow_steps x grpo.updates is " + perUpdate * updates + ", but only "
                    + candidates.size() + " of " + recipe.steps() + " steps lie in grpo.window"
                    + (recipe.onPath() ? "" : " and draw noise"));
        }
    }

    private FlowStep step(int index, long sampling) {
        SolverStep step = program.get(index);
        return recipe.onPath()
                ? new PathStep(index, step.time(), Seeds.mix(seed, sampling, 9), recipe.group())
                : new SamplerStep(index, step, recipe.logProb().equals("gaussian"));
    }

    Sampler sampler() {
        return sampler;
    }

    /** The steps of each update of a sampling, all different; what they are depends on the seed and the sampling alone. */
    List<List<FlowStep>> of(long sampling) {
        List<FlowStep> shuffled = new ArrayList<>();
        candidates.forEach(index -> shuffled.add(step(index, sampling)));
        SplittableRandom random = new SplittableRandom(Seeds.mix(seed, sampling, 6));
        for (int i = shuffled.size() - 1; i > 0; i--) {
            java.util.Collections.swap(shuffled, i, random.nextInt(i + 1));
        }
        List<List<FlowStep>> byUpdate = new ArrayList<>();
        for (int u = 0; u < updates; u++) {
            byUpdate.add(List.copyOf(shuffled.subList(u * perUpdate, (u + 1) * perUpdate)));
        }
        return byUpdate;
    }
}
