package stipple.model.nn;

import stipple.torch.Nn;
import stipple.torch.Tensor;

/**
 * Group norm with 32 groups and eps 1e-6, as everywhere in the autoencoder (reference §1.6).
 *
 * @param weight {@code [channels]}
 * @param bias {@code [channels]}
 */
public record GroupNorm(Tensor weight, Tensor bias) {
    private static final int GROUPS = 32;
    /** Added to the variance. */
    public static final double EPS = 1e-6;

    /** Looks up {@code prefix.weight} and {@code prefix.bias}. */
    public static GroupNorm of(Weights weights, String prefix) {
        return new GroupNorm(weights.get(prefix + ".weight"), weights.get(prefix + ".bias"));
    }

    /** Normalises {@code [n, channels, ...]}. */
    public Tensor apply(Tensor x) {
        return Nn.groupNorm(x, GROUPS, weight.to(x.dtype()), bias.to(x.dtype()), EPS);
    }
}
