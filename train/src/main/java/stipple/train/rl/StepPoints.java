package stipple.train.rl;

import java.util.Optional;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * A flow step of some tokens, float32 {@code [n, token]} each.
 *
 * @param before where the head is asked
 * @param after where the sampler went, or the velocity that would have been right
 * @param velocity what the head said there while sampling, null if it was not asked
 */
record StepPoints(Tensor before, Tensor after, Tensor velocity) {
    /**
     * Takes them out of a sampling.
     *
     * @param rows tokens, counted through all pictures
     */
    static StepPoints of(Sampled sampled, int step, long[] rows) {
        Tensor index = Tensors.of(rows, rows.length);
        Sampled.Point point = sampled.points().get(step);
        return new StepPoints(
                taken(point.before(), index), taken(point.after(), index), taken(point.velocity(), index));
    }

    private static Tensor taken(Tensor tensor, Tensor index) {
        return tensor.reshape(-1, tensor.size(2)).indexSelect(0, index);
    }

    /** The log-probability of the step when it was sampled, {@code [n]}. */
    Optional<Tensor> sequential(FlowStep step) {
        return Optional.ofNullable(velocity).map(said -> step.logProb(this, said));
    }
}
