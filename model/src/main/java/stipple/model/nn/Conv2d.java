package stipple.model.nn;

import stipple.torch.Nn;
import stipple.torch.Tensor;

/**
 * Convolution with a square kernel and bias.
 *
 * @param weight {@code [out, in, k, k]}
 * @param bias {@code [out]}
 * @param stride step in pixels
 * @param padding zero padding on every side
 */
public record Conv2d(Tensor weight, Tensor bias, int stride, int padding) {
    /** A convolution that keeps the size: 3x3 with padding 1, or 1x1 without. */
    public static Conv2d same(Weights weights, String prefix) {
        Tensor weight = weights.get(prefix + ".weight");
        return new Conv2d(weight, weights.get(prefix + ".bias"), 1, (int) weight.size(-1) / 2);
    }

    /** A convolution of stride 2 without padding. */
    public static Conv2d halving(Weights weights, String prefix) {
        return new Conv2d(weights.get(prefix + ".weight"), weights.get(prefix + ".bias"), 2, 0);
    }

    /** Maps {@code [n, in, h, w]} to {@code [n, out, h', w']}. */
    public Tensor apply(Tensor x) {
        return Nn.conv2d(x, weight.to(x.dtype()), bias.to(x.dtype()), stride, padding);
    }
}
