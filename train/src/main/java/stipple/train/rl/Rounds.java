package stipple.train.rl;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import stipple.model.NextStepModel;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.train.objective.BatchPart;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.reward.WeightedRewards;

/** What the parts of a batch have sampled: now, ahead of time, in an earlier update, or before the run was interrupted. */
final class Rounds implements AutoCloseable {
    private final Recipe recipe;
    private final GrpoRecipe settings;
    private final Rollouts rollouts;
    private final FlowSteps flowSteps;
    private final SamplingFiles files;
    private final CoreClock clock;
    private final RolloutsAhead ahead;
    private final Scope held = Scope.detached();
    private Round last;

    Rounds(Recipe recipe, Rollouts rollouts, FlowSteps flowSteps, CoreClock clock) {
        this.recipe = recipe;
        this.settings = recipe.grpo();
        this.rollouts = rollouts;
        this.flowSteps = flowSteps;
        this.clock = clock;
        long back = (recipe.checkpoint().keep() + 1L) * recipe.checkpoint().every() / settings.updates() + 2;
        this.files = new SamplingFiles(Path.of(recipe.output()), back);
        this.ahead =
                settings.overlapped() ? new RolloutsAhead(recipe.accumulate(), clock, this::draw, this::judged) : null;
    }

    /** The position of the first group of a part in the endless stream of prompts. */
    static long first(BatchPart part, long number) {
        return number * part.batch() + part.from();
    }

    /**
     * What a part has sampled, in the current scope or held here.
     *
     * @param number of the sampling
     * @param update which of the updates that learn from it
     */
    Round of(BatchPart part, long number, int update, NextStepModel policy) {
        if (update > 0) {
            boolean same = last != null && last.number() == number && last.from() == part.from();
            return same ? last : stored(part, number);
        }
        if (ahead != null) {
            return ahead.take(part, number, policy);
        }
        clock.waits(true);
        clock.samples(true);
        Round fresh = judged(part, number, draw(part, number, policy));
        clock.samples(false);
        clock.waits(false);
        if (settings.updates() == 1) {
            return fresh;
        }
        files.write(number, part.from(), withOld(fresh, part, policy).tensors());
        return stored(part, number);
    }

    private Sampled draw(BatchPart part, long number, NextStepModel policy) {
        Set<Integer> wanted = flowSteps.of(number).stream()
                .flatMap(List::stream)
                .filter(SamplerStep.class::isInstance)
                .map(FlowStep::index)
                .collect(Collectors.toSet());
        return Autograd.off(() -> rollouts.draw(policy, first(part, number), part.count(), wanted));
    }

    private Round judged(BatchPart part, long number, Sampled sampled) {
        WeightedRewards.Scores scores = rollouts.score(sampled, first(part, number));
        // As precise as what a resumed run reads back, or it might keep another group.
        Map<String, double[]> byName = new LinkedHashMap<>();
        scores.byName().forEach((name, values) -> byName.put(name, rounded(values)));
        return new Round(number, part.from(), sampled, byName, rounded(scores.total()), scores.located(), Map.of());
    }

    private static double[] rounded(double[] values) {
        return Arrays.stream(values).map(value -> (float) value).toArray();
    }

    /** Adds the log-probabilities that later updates compare theirs with. */
    private Round withOld(Round round, BatchPart part, NextStepModel policy) {
        Map<Integer, Tensor> old = new LinkedHashMap<>();
        int[] kept = Advantages.of(round, rollouts.grid(), settings, recipe.rewards())
                .pictures(settings);
        if (kept.length > 0) {
            Autograd.off(() -> {
                long first = first(part, round.number());
                PolicyPass pass = rollouts.pass(policy, first, round.sampled(), kept);
                long[] learnt = rollouts.learnt(first, kept);
                for (FlowStep step : flowSteps.of(round.number()).stream()
                        .flatMap(List::stream)
                        .toList()) {
                    StepPoints points = step.points(round.sampled(), first, learnt);
                    old.put(step.index(), pass.logProb(step, points));
                }
            });
        }
        return new Round(
                round.number(), round.from(), round.sampled(), round.scores(), round.total(), round.located(), old);
    }

    /** Always through the file, so that a resumed run computes with the same numbers. */
    private Round stored(BatchPart part, long number) {
        if (last != null) {
            last.tensors().values().forEach(Tensor::close);
        }
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> read = files.read(number, part.from());
            read.values().forEach(held::adopt);
            last = Round.of(number, part.from(), read);
        }
        return last;
    }

    @Override
    public void close() {
        if (ahead != null) {
            ahead.close();
        }
        held.close();
    }
}
