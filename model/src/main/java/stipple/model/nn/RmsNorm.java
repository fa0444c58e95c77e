package stipple.model.nn;

import stipple.torch.Nn;
import stipple.torch.Tensor;

/**
 * Root-mean-square norm (reference §2.1).
 *
 * @param weight {@code [width]}
 * @param eps added to the mean square
 */
public record RmsNorm(Tensor weight, double eps) {
    /** Looks up {@code prefix.weight}. */
    public static RmsNorm of(Weights weights, String prefix, double eps) {
        return new RmsNorm(weights.get(prefix + ".weight"), eps);
    }

    /** Normalises the last dimension. */
    public Tensor apply(Tensor x) {
        return Nn.rmsNorm(x, weight.to(x.dtype()), eps);
    }
}
