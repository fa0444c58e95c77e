package stipple.model.loss;

import stipple.torch.Rng;
import stipple.torch.Tensor;

/**
 * The randomness of the flow loss.
 *
 * @param u normal {@code [n]}, of variance 1; the time is sigmoid(u), so times are logit-normal
 * @param noise standard normal {@code [n, token]}
 */
public record FlowDraws(Tensor u, Tensor noise) {
    /** Fresh draws for n tokens (repeats included), with as many times near the noise as near the data. */
    public static FlowDraws of(Rng rng, long n, long width) {
        return of(rng, n, width, 0);
    }

    /** Fresh draws with another mean of {@code u}; below 0 most times are near the noise. */
    public static FlowDraws of(Rng rng, long n, long width, double mean) {
        return new FlowDraws(rng.normal(n).add(mean), rng.normal(n, width));
    }
}
