package stipple.train.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.Device;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.data.Seeds;
import stipple.train.objective.BatchPart;
import stipple.train.objective.Objective;
import stipple.train.optim.AdamW;
import stipple.train.optim.AveragedWeights;
import stipple.train.parallel.BatchSplit;
import stipple.train.parallel.Ownership;
import stipple.train.parallel.Replicas;
import stipple.train.parallel.SingleProcess;
import stipple.train.recipe.Recipe;
import stipple.train.state.StateFiles;

/**
 * One optimiser step and everything it changes. What it does depends on the recipe, the weights and the step's number
 * alone.
 */
public final class TrainStep implements AutoCloseable {
    private final Recipe recipe;
    private final Objective objective;
    private final Replicas replicas;
    private final BatchSplit split;
    private final Ownership ownership;
    private final AdamW optimizer;
    private final AveragedWeights average;
    private final StepPhases phases = new StepPhases();

    /** Moments of zero and an average that starts at the weights. */
    public TrainStep(Recipe recipe, Objective objective) {
        this(recipe, objective, new SingleProcess());
    }

    /** The same in one of several processes. The leading one alone keeps the average. */
    public TrainStep(Recipe recipe, Objective objective, Replicas replicas) {
        this.recipe = recipe;
        this.objective = objective;
        this.replicas = replicas;
        this.split = new BatchSplit(recipe.batch(), recipe.accumulate(), replicas.size());
        this.ownership = replicas.ownership(objective.weights());
        this.optimizer = new AdamW(objective.weights(), recipe.optimizer(), ownership::own);
        this.average =
                recipe.ema() > 0 && replicas.leads() ? new AveragedWeights(objective.weights(), recipe.ema()) : null;
        objective.weights().all().values().forEach(Autograd::track);
    }

    /**
     * What a step did.
     *
     * @param losses the total under {@code loss}, then its parts
     * @param lr learning rate
     * @param norm norm of the gradient before clipping
     */
    public record Done(Map<String, Double> losses, double lr, double norm) {}

    /** A step whose loss or gradient was not finite. It changed nothing. */
    static final class NotFinite extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotFinite(String what) {
            super(what);
        }
    }

    /**
     * Does a step.
     *
     * @param step its number, from 0
     */
    public Done run(long step) {
        double lr = recipe.optimizer().rate(step, recipe.steps());
        Map<String, Double> losses = replicas.sum(forwardBackward(step));
        // Checked on sums that all processes share, so that all stop or none.
        if (!Double.isFinite(losses.get("loss"))) {
            // What is on its way has to arrive before it can be dropped.
            replicas.sumGradients(objective.weights());
            objective.weights().all().values().forEach(Autograd::clearGradient);
            throw new NotFinite("the loss is " + losses.get("loss"));
        }
        phases.start();
        replicas.sumGradients(objective.weights());
        double norm = optimizer.step(step, lr);
        if (!Double.isFinite(norm)) {
            throw new NotFinite("the norm of the gradient is " + norm);
        }
        replicas.spread(objective.weights(), ownership);
        phases.end(StepPhases.Phase.OPTIMIZER);
        if (average != null) {
            average.update(step);
            phases.end(StepPhases.Phase.AVERAGE);
        }
        return new Done(losses, lr, norm);
    }

    /** Where the time of the steps so far went. */
    public StepPhases phases() {
        return phases;
    }

    /** The samples of a step. */
    long[] positions(long step) {
        long[] positions = new long[recipe.batch()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = step * positions.length + i;
        }
        return positions;
    }

    private Map<String, Double> forwardBackward(long step) {
        Map<String, Double> sums = new LinkedHashMap<>();
        long[] positions = positions(step);
        for (int micro = 0; micro < recipe.accumulate(); micro++) {
            BatchPart part = new BatchPart(positions, split.from(micro, replicas.rank()), split.count());
            // The same generator for each part: noise belongs to the batch, however it is cut.
            try (Scope scope = Scope.open();
                    Rng rng = new Rng(Seeds.mix(recipe.seed(), step, 0))) {
                phases.start();
                Objective.Losses losses = objective.losses(part, rng);
                phases.end(StepPhases.Phase.FORWARD);
                // Sums are complete, and may travel, only with the last part.
                boolean last = micro == recipe.accumulate() - 1;
                losses.backward()
                        .accept(last ? replicas.duringBackward(objective.weights()) : Objective.GradientsReady.UNHEARD);
                phases.end(StepPhases.Phase.BACKWARD);
                sums.merge("loss", losses.total().item(), Double::sum);
                for (Map.Entry<String, Tensor> entry : losses.parts().entrySet()) {
                    sums.merge(entry.getKey(), entry.getValue().item(), Double::sum);
                }
            }
        }
        return sums;
    }

    /** The weights to show, measure and export: their average if there is one. */
    public Weights shown() {
        return average != null ? average.weights() : objective.weights();
    }

    /** The norm of each parameter's gradient in the last step. */
    Map<String, Double> gradientNorms() {
        return optimizer.gradientNorms();
    }

    /** Everything a step reads and changes, for saving and restoring. */
    StateFiles files() {
        return new StateFiles(
                objective.weights(),
                optimizer.means(),
                optimizer.squares(),
                average == null ? null : average.weights());
    }

    /** Whether other processes keep moments that this one lacks. */
    boolean divided() {
        return ownership.divided();
    }

    /**
     * Shows everything a step reads and changes to a writer on the leading process, moments that others keep included;
     * those must call this too.
     */
    void save(Consumer<StateFiles> writer) {
        if (!ownership.divided()) {
            if (replicas.leads()) {
                writer.accept(files());
            }
            return;
        }
        try (Weights means = gathered(optimizer.means());
                Weights squares = gathered(optimizer.squares())) {
            if (replicas.leads()) {
                writer.accept(new StateFiles(
                        objective.weights(), means, squares, average == null ? null : average.weights()));
            }
        }
    }

    private Weights gathered(Weights own) {
        Weights whole = new Weights();
        replicas.gather(objective.weights(), own.all(), ownership, entry -> {
            Tensor value = entry.getValue();
            Tensor copy = Tensors.empty(value.dtype(), value.shape());
            copy.copyInPlace(value.to(Device.CPU));
            whole.put(entry.getKey(), copy);
        });
        return whole;
    }

    /** Starts the average at the weights as they are. */
    void resetAverage() {
        if (average != null) {
            average.reset();
        }
    }

    @Override
    public void close() {
        optimizer.close();
        if (average != null) {
            average.close();
        }
    }
}
