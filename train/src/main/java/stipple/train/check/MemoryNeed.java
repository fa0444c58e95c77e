package stipple.train.check;

import stipple.train.objective.Objective;
import stipple.train.objective.Workload;
import stipple.train.recipe.Recipe;

/**
 * Memory of a run by what it holds, in bytes.
 *
 * @param weights parameters, float32 where they are trained
 * @param gradients as many again while a step is under way
 * @param moments two of the optimiser for each parameter
 * @param average the averaged parameters, if there are any
 * @param activations what one part of a batch keeps for the way back, to within a factor of two
 */
public record MemoryNeed(long weights, long gradients, long moments, long average, long activations) {
    private static final long FLOAT = 4;

    /** Counts for weights that are there. */
    static MemoryNeed of(Recipe recipe, Objective objective) {
        return of(recipe, objective.weights().count(), objective.frozenBytes(), objective.workload(), 1);
    }

    /**
     * Counts.
     *
     * @param trained parameters that the optimiser moves
     * @param frozen bytes of those that stay as they are
     * @param processes that share a batch
     */
    static MemoryNeed of(Recipe recipe, long trained, long frozen, Workload workload, int processes) {
        long parameters = FLOAT * trained;
        double part = (double) recipe.batch() / recipe.accumulate() / processes;
        return new MemoryNeed(parameters + frozen, parameters, 2 * parameters, recipe.ema() > 0 ? parameters : 0, (long)
                (part * workload.activationBytes()));
    }

    /** All of it. */
    public long total() {
        return weights + gradients + moments + average + activations;
    }
}
