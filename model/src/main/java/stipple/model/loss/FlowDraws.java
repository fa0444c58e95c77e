package stipple.model.loss;

import stipple.torch.Rng;
import stipple.torch.Tensor;

/**
 * The randomness of the flow loss.
 *
 * @param u standard normal {@code [n]}; the time is sigmoid(u), so times are logit-normal
 * @param noise standard normal {@code [n, token]}
 */
public record FlowDraws(Tensor u, Tensor noise) {
    /** Fresh draws for n tokens (repeats included). */
    public static FlowDraws of(Rng rng, long n, long width) {
        return new FlowDraws(rng.normal(n), rng.normal(n, width));
    }
}
