package stipple.train.rl;

import java.util.Arrays;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * A flow step of all tokens of some pictures, float32 {@code [pictures * n, token]} each.
 *
 * @param before where the head was asked
 * @param after where the sampler went
 * @param velocity what the head said while sampling
 */
record StepPoints(Tensor before, Tensor after, Tensor velocity) {
    static StepPoints of(Sampled sampled, FlowStep step, int[] pictures) {
        Tensor index = Tensors.of(Arrays.stream(pictures).asLongStream().toArray(), pictures.length);
        Sampled.Point point = sampled.points().get(step.index());
        return new StepPoints(
                Sampled.Point.flat(point.before(), index),
                Sampled.Point.flat(point.after(), index),
                Sampled.Point.flat(point.velocity(), index));
    }

    /** The log-probability of the step when it was sampled, {@code [pictures * n]}. */
    Tensor sequential(FlowStep step) {
        return step.logProb(before, after, velocity);
    }
}
