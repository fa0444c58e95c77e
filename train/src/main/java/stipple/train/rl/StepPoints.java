package stipple.train.rl;

import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * A flow step of some tokens, float32 {@code [n, token]} each.
 *
 * @param before where the head was asked
 * @param after where the sampler went
 * @param velocity what the head said while sampling
 */
record StepPoints(Tensor before, Tensor after, Tensor velocity) {
    /**
     * Takes them out of a sampling.
     *
     * @param rows tokens, counted through all pictures
     */
    static StepPoints of(Sampled sampled, FlowStep step, long[] rows) {
        Tensor index = Tensors.of(rows, rows.length);
        Sampled.Point point = sampled.points().get(step.index());
        return new StepPoints(
                taken(point.before(), index), taken(point.after(), index), taken(point.velocity(), index));
    }

    private static Tensor taken(Tensor tensor, Tensor index) {
        return tensor.reshape(-1, tensor.size(2)).indexSelect(0, index);
    }

    /** The log-probability of the step when it was sampled, {@code [n]}. */
    Tensor sequential(FlowStep step) {
        return step.logProb(before, after, velocity);
    }
}
