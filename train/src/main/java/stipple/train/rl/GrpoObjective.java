package stipple.train.rl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import stipple.model.NextStepModel;
import stipple.model.backbone.CheckpointedPass;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.objective.Batch;
import stipple.train.objective.BatchPart;
import stipple.train.objective.ForgettingWatch;
import stipple.train.objective.LayerGradients;
import stipple.train.objective.Objective;
import stipple.train.objective.Opened;
import stipple.train.objective.TrainedModel;
import stipple.train.objective.Workload;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.reward.WeightedRewards;
import stipple.train.start.ModelWeights;

/**
 * Group-relative policy optimisation of the flow head and all below it. A sample of the batch is a prompt with its group of
 * pictures. With one update per sampling a step is a function of the weights and its number, as in all other training; with
 * several, what was sampled is kept on disk for runs that are interrupted in between.
 */
public final class GrpoObjective implements Objective {
    private final Opened opened = new Opened();
    private final Recipe recipe;
    private final GrpoRecipe settings;
    private final TrainedModel model;
    private final ModelWeights.Snapshot snapshot;
    private final NextStepModel reference;
    private final Rollouts rollouts;
    private final FlowSteps flowSteps;
    private final SamplingFiles files;
    private final ForgettingWatch watch;
    private final Scope held = opened.add(Scope.detached());
    private Round last;
    private boolean told;

    /** Loads the model and opens the rewards. */
    public GrpoObjective(Recipe recipe) {
        this.recipe = recipe;
        this.settings = recipe.grpo();
        try {
            if (settings.cfg() > 1 && recipe.nextstep().activationCheckpointing()) {
                throw new UserException("Recipe: grpo.cfg above 1 takes two passes, which"
                        + " nextstep.activation_checkpointing does not; leave one of them out");
            }
            this.model = opened.add(new TrainedModel(recipe));
            this.flowSteps = new FlowSteps(settings, model.config().generation().shift(), recipe.seed());
            this.rollouts = opened.add(new Rollouts(recipe, model, flowSteps.sampler()));
            this.snapshot = settings.kl() > 0 ? opened.add(model.weights().snapshot()) : null;
            this.reference =
                    snapshot == null ? null : new NextStepModel(model.config(), snapshot.weights(), recipe.compute());
            long back = (recipe.checkpoint().keep() + 1L) * recipe.checkpoint().every() / settings.updates() + 2;
            this.watch = opened.add(ForgettingWatch.of(recipe, model));
            this.files = new SamplingFiles(Path.of(recipe.output()), back);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public Weights weights() {
        return model.weights().trained();
    }

    @Override
    public Losses losses(BatchPart part, Rng rng) {
        if (settings.advantage().equals("batch") && part.count() != part.batch()) {
            throw new UserException("Recipe: grpo.advantage batch compares the whole batch, which must be computed at"
                    + " once: set accumulate to 1 and use one process");
        }
        long step = part.positions()[0] / part.batch();
        long number = step / settings.updates();
        int update = (int) (step % settings.updates());
        List<List<FlowStep>> byUpdate = flowSteps.of(number);
        NextStepModel policy = model.with(weights());
        Round round = round(part, number, update, policy, byUpdate);
        Advantages advantages = Advantages.of(round.total(), settings);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        GrpoMeasures measures = new GrpoMeasures(part.share(), parts);
        measures.sampling(round, advantages);
        int[] kept = advantages.pictures(settings.group());
        if (kept.length == 0) {
            measures.nothing(byUpdate.get(update));
            return new Losses(Tensors.scalar(0), parts, ready -> {});
        }
        CheckpointedPass recomputed =
                recipe.nextstep().activationCheckpointing() ? new CheckpointedPass(policy.backbone()) : null;
        PolicyPass pass = pass(policy, part, number, round, kept, recomputed == null ? null : recomputed::forward);
        PolicyPass fixed =
                reference == null ? null : Autograd.off(() -> pass(reference, part, number, round, kept, null));
        Tensor total = update(round, kept, advantages, byUpdate.get(update), pass, fixed, measures);
        Tensor loss = total.mul(1.0 / ((double) part.batch() * settings.group()));
        return recomputed == null ? Losses.of(loss, parts) : LayerGradients.of(recomputed, loss, parts);
    }

    /** The loss of an update, summed over pictures and averaged over its flow steps. */
    private Tensor update(
            Round round,
            int[] kept,
            Advantages advantages,
            List<FlowStep> steps,
            PolicyPass pass,
            PolicyPass fixed,
            GrpoMeasures measures) {
        double[] gained =
                Arrays.stream(kept).mapToDouble(i -> advantages.values()[i]).toArray();
        Tensor total = null;
        for (FlowStep step : steps) {
            StepPoints points = StepPoints.of(round.sampled(), step, kept);
            Tensor velocity = pass.velocity(step.time(), points.before());
            Tensor logProb = step.logProb(points.before(), points.after(), velocity);
            Tensor sequential = step.logProb(points.before(), points.after(), points.velocity());
            Tensor old = switch (settings.oldLogProb()) {
                case "sequential" -> sequential;
                default ->
                    settings.updates() == 1
                            ? Autograd.detach(logProb)
                            : round.old().get(step.index());
            };
            GrpoLoss.Value value = GrpoLoss.of(logProb, old, gained, settings);
            Tensor loss = value.loss();
            double kl = 0;
            if (fixed != null) {
                Tensor other = Autograd.off(() -> fixed.velocity(step.time(), points.before()));
                Tensor distance = step.divergence(velocity, other);
                kl = Autograd.detach(distance).mean().item();
                loss = loss.add(distance.reshape(kept.length, -1).mean(1).sum().mul(settings.kl()));
            }
            measures.update(step, value, kl, Autograd.detach(logProb), sequential, steps.size());
            total = total == null ? loss : total.add(loss);
        }
        return total.mul(1.0 / steps.size());
    }

    private PolicyPass pass(
            NextStepModel network, BatchPart part, long number, Round round, int[] kept, UnaryOperator<Tensor> way) {
        return rollouts.pass(network, first(part, number), round.sampled(), kept, way);
    }

    /** The position of the first group of a part in the endless stream of prompts. */
    private static long first(BatchPart part, long number) {
        return number * part.batch() + part.from();
    }

    /** What this part sampled: now, in an earlier update of this process, or of one that was interrupted. */
    private Round round(BatchPart part, long number, int update, NextStepModel policy, List<List<FlowStep>> byUpdate) {
        if (update == 0) {
            Round fresh = Autograd.off(() -> sample(part, number, policy, byUpdate));
            if (settings.updates() > 1) {
                files.write(number, part.from(), fresh.tensors());
                last = null;
            }
            return settings.updates() > 1 ? stored(part, number) : fresh;
        }
        return last != null && last.number() == number && last.from() == part.from() ? last : stored(part, number);
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

    private Round sample(BatchPart part, long number, NextStepModel policy, List<List<FlowStep>> byUpdate) {
        Set<Integer> wanted =
                byUpdate.stream().flatMap(List::stream).map(FlowStep::index).collect(Collectors.toSet());
        long first = first(part, number);
        Sampled sampled = rollouts.draw(policy, first, part.count(), wanted);
        WeightedRewards.Scores scores = rollouts.score(sampled, first);
        // As precise as what a resumed run reads back, or it might keep another group.
        double[] total =
                Arrays.stream(scores.total()).map(value -> (float) value).toArray();
        Map<Integer, Tensor> old = new LinkedHashMap<>();
        int[] kept = Advantages.of(total, settings).pictures(settings.group());
        if (settings.updates() > 1 && kept.length > 0) {
            PolicyPass pass = rollouts.pass(policy, first, sampled, kept, null);
            for (FlowStep step : byUpdate.stream().flatMap(List::stream).toList()) {
                StepPoints points = StepPoints.of(sampled, step, kept);
                Tensor velocity = pass.velocity(step.time(), points.before());
                old.put(step.index(), step.logProb(points.before(), points.after(), velocity));
            }
        }
        return new Round(number, part.from(), sampled, scores.byName(), total, old);
    }

    @Override
    public Batch batch(long[] positions) {
        long number = positions[0] / positions.length / settings.updates();
        long first = number * positions.length;
        Sampled sampled = Autograd.off(() -> rollouts.draw(model.with(weights()), first, positions.length, Set.of()));
        List<Map<String, Object>> samples = new ArrayList<>();
        for (long i = 0; i < positions.length; i++) {
            samples.add(Map.of("prompt", rollouts.prompt(first + i)));
        }
        return new Batch(samples, rollouts.pixels(sampled.tokens()), Map.of("image_tokens", sampled.tokens()));
    }

    @Override
    public void draw(Weights chosen, Path file) {
        model.draw(chosen, file);
    }

    @Override
    public Map<String, Boolean> figures() {
        Map<String, Boolean> figures = new LinkedHashMap<>();
        if (settings.holdout() != null) {
            figures.put("reward", true);
            rollouts.rewardNames().forEach(name -> figures.put("reward_" + name, true));
        }
        figures.putAll(watch.figures());
        return figures;
    }

    @Override
    public Map<String, Double> evaluate(Weights chosen) {
        NextStepModel network = model.with(chosen);
        Map<String, Double> measured = watch.of(network);
        if (settings.holdout() != null) {
            measured.putAll(rollouts.measure(network));
        }
        return measured;
    }

    @Override
    public void export(Weights chosen, Path folder) {
        model.export(chosen, folder);
    }

    /** The pictures of a group there and back; sampling them comes on top and is not counted. */
    @Override
    public Workload workload() {
        Workload row = model.workload(rollouts.textTokens(), rollouts.grid().count());
        int n = settings.group();
        return new Workload(n * row.tokens(), n * row.flops(), n * row.activationBytes());
    }

    @Override
    public long frozenBytes() {
        return model.weights().frozenBytes()
                + (snapshot == null ? 0 : snapshot.copies().bytes());
    }

    @Override
    public List<String> news() {
        List<String> news = new ArrayList<>();
        if (!told) {
            news.addAll(model.weights().notes());
            news.add(rollouts.size() + " prompts, " + settings.group() + " pictures each");
            told = true;
        }
        return news;
    }

    @Override
    public void close() {
        opened.close();
    }
}
