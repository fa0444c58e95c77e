package stipple.train.rl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stipple.model.NextStepModel;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.objective.Batch;
import stipple.train.objective.BatchPart;
import stipple.train.objective.Workload;
import stipple.train.objective.Workloads;
import stipple.train.post.PostObjective;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.recipe.Recipe;

/**
 * Group-relative policy optimisation of the flow head and all below it. A sample of the batch is a prompt with its group of
 * pictures. With one update per sampling a step is a function of the weights and its number, as in all other training; with
 * several, what was sampled is kept on disk for runs that are interrupted in between.
 */
public final class GrpoObjective extends PostObjective {
    private final GrpoRecipe settings;
    private final Rollouts rollouts;
    private final FlowSteps flowSteps;
    private final CoreClock clock = new CoreClock();
    private final Rounds rounds;
    private final HeldOutScores heldOut;
    private final TypeMismatch types;

    /** Loads the model and opens the rewards. */
    public GrpoObjective(Recipe recipe) {
        super(recipe, recipe.grpo().kl() > 0);
        this.settings = recipe.grpo();
        try {
            if (settings.learntCfg() > 1 && recipe.nextstep().activationCheckpointing()) {
                throw new UserException("Recipe: grpo.cfg above 1 takes two passes, which"
                        + " nextstep.activation_checkpointing does not; leave one of them out");
            }
            this.flowSteps =
                    new FlowSteps(settings, model().config().generation().shift(), recipe.seed());
            this.rollouts = own(new Rollouts(recipe, model(), flowSteps.sampler(), Prompts.training(recipe)));
            this.rounds = own(new Rounds(recipe, rollouts, flowSteps, clock));
            this.heldOut = own(new HeldOutScores(recipe, model(), rollouts));
            this.types = new TypeMismatch(model(), rollouts);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    protected Losses learned(BatchPart part, Rng rng) {
        if (settings.advantage().equals("batch") && part.count() != part.batch()) {
            throw new UserException("Recipe: grpo.advantage batch compares the whole batch, which must be computed at"
                    + " once: set accumulate to 1 and use one process");
        }
        clock.begin();
        Losses losses = update(part);
        return new Losses(losses.total(), losses.parts(), ready -> {
            losses.backward().accept(ready);
            clock.end(part.count() * settings.group());
        });
    }

    private Losses update(BatchPart part) {
        long step = part.positions()[0] / part.batch();
        long number = step / settings.updates();
        int update = (int) (step % settings.updates());
        List<FlowStep> steps = flowSteps.of(number).get(update);
        NextStepModel policy = policy(part);
        Round round = rounds.of(part, number, update, policy);
        Advantages advantages = Advantages.of(round, rollouts.grid(), settings, recipe().rewards());
        Map<String, Tensor> parts = new LinkedHashMap<>();
        GrpoMeasures measures = new GrpoMeasures(part.share(), parts, !settings.onPath());
        measures.sampling(round, advantages);
        if (part.from() == 0 && !settings.onPath()) {
            types.of(Rounds.first(part, number), steps).forEach(measures::mismatch);
        }
        int[] kept = advantages.pictures(settings);
        if (kept.length == 0) {
            measures.nothing(steps);
            return new Losses(Tensors.scalar(0), parts, ready -> {});
        }
        long first = Rounds.first(part, number);
        PolicyPass fixed = reference() == null
                ? null
                : Autograd.off(() -> rollouts.pass(reference(), first, round.sampled(), kept));
        return differentiated(policy, parts, way -> {
            PolicyPass pass = rollouts.pass(policy, first, round.sampled(), kept, way);
            long[] learnt = rollouts.learnt(first, kept);
            double[] gained = advantages.gained(kept, learnt);
            return update(first, round, kept.length, learnt, gained, steps, pass, fixed, measures)
                    .mul(1.0 / ((double) part.batch() * settings.learnt()));
        });
    }

    /** The loss of an update, summed over pictures and averaged over its flow steps. */
    private Tensor update(
            long first,
            Round round,
            int pictures,
            long[] learnt,
            double[] gained,
            List<FlowStep> steps,
            PolicyPass pass,
            PolicyPass fixed,
            GrpoMeasures measures) {
        Tensor total = null;
        for (FlowStep step : steps) {
            StepPoints points = step.points(round.sampled(), first, learnt);
            Tensor velocity = pass.velocity(step.time(), points.before());
            Tensor logProb = step.logProb(points, velocity);
            Optional<Tensor> sequential = points.sequential(step);
            Tensor old = switch (settings.oldLogProb()) {
                case "sequential" -> sequential.orElseThrow();
                default ->
                    settings.updates() == 1
                            ? Autograd.detach(logProb)
                            : round.old().get(step.index());
            };
            GrpoLoss.Value value = GrpoLoss.of(logProb, old, gained, pictures, settings);
            Tensor loss = value.loss();
            double kl = 0;
            if (fixed != null) {
                Tensor other = Autograd.off(() -> fixed.velocity(step.time(), points.before()));
                Tensor distance = step.divergence(velocity, other);
                kl = Autograd.detach(distance).mean().item();
                loss = loss.add(distance.reshape(pictures, -1).mean(1).sum().mul(settings.kl()));
            }
            measures.update(step, value, kl, Autograd.detach(logProb), sequential, steps.size());
            total = total == null ? loss : total.add(loss);
        }
        return total.mul(1.0 / steps.size());
    }

    @Override
    public Batch batch(long[] positions) {
        long number = positions[0] / positions.length / settings.updates();
        long first = number * positions.length;
        Sampled sampled = Autograd.off(() -> rollouts.draw(model().with(weights()), first, positions.length, Set.of()));
        List<Map<String, Object>> samples = new ArrayList<>();
        for (long i = 0; i < positions.length; i++) {
            samples.add(Map.of("prompt", rollouts.prompt(first + i)));
        }
        return new Batch(samples, rollouts.pixels(sampled.tokens()), Map.of("image_tokens", sampled.tokens()));
    }

    @Override
    protected Map<String, Boolean> measures() {
        return heldOut.figures();
    }

    @Override
    protected Map<String, Double> measured(NextStepModel policy) {
        return heldOut.measure(policy);
    }

    @Override
    public Map<String, Double> machineFigures() {
        return clock.take();
    }

    @Override
    protected Workload ownWorkload() {
        return Workloads.group(
                recipe(),
                model().config(),
                rollouts.textTokens(),
                rollouts.grid().count());
    }

    @Override
    protected String subject() {
        return rollouts.size() + " prompts, " + settings.group() + " pictures each";
    }
}
