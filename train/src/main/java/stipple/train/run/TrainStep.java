package stipple.train.run;

import java.util.LinkedHashMap;
import java.util.Map;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.train.data.Seeds;
import stipple.train.objective.BatchPart;
import stipple.train.objective.Objective;
import stipple.train.optim.AdamW;
import stipple.train.optim.AveragedWeights;
import stipple.train.recipe.Recipe;
import stipple.train.state.StateFiles;

/**
 * One optimiser step and everything it changes. What it does depends on the recipe, the weights and the step's number
 * alone.
 */
public final class TrainStep implements AutoCloseable {
    private final Recipe recipe;
    private final Objective objective;
    private final AdamW optimizer;
    private final AveragedWeights average;

    /** Moments of zero and an average that starts at the weights. */
    public TrainStep(Recipe recipe, Objective objective) {
        this.recipe = recipe;
        this.objective = objective;
        this.optimizer = new AdamW(objective.weights(), recipe.optimizer());
        this.average = recipe.ema() > 0 ? new AveragedWeights(objective.weights(), recipe.ema()) : null;
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
        Map<String, Double> losses = forwardBackward(step);
        double norm = optimizer.step(step, lr);
        if (!Double.isFinite(norm)) {
            throw new NotFinite("the norm of the gradient is " + norm);
        }
        if (average != null) {
            average.update(step);
        }
        return new Done(losses, lr, norm);
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
        int count = recipe.batch() / recipe.accumulate();
        for (int from = 0; from < positions.length; from += count) {
            // The same generator for each part: noise belongs to the batch, however it is cut.
            try (Scope scope = Scope.open();
                    Rng rng = new Rng(Seeds.mix(recipe.seed(), step, 0))) {
                Objective.Losses losses = objective.losses(new BatchPart(positions, from, count), rng);
                double total = losses.total().item();
                if (!Double.isFinite(total)) {
                    objective.weights().all().values().forEach(Autograd::clearGradient);
                    throw new NotFinite("the loss is " + total);
                }
                losses.backward().run();
                sums.merge("loss", total, Double::sum);
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
