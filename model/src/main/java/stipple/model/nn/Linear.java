package stipple.model.nn;

import stipple.torch.Nn;
import stipple.torch.Tensor;

/**
 * Affine map {@code [..., in] -> [..., out]}. Weights are cast to the type of the input, so float32 master weights serve
 * bfloat16 activations in training and a cast to the same type costs nothing in inference.
 *
 * @param weight {@code [out, in]}
 * @param bias {@code [out]} or null
 * @param adapter a low-rank addition, or null
 */
public record Linear(Tensor weight, Tensor bias, LowRank adapter) {
    /** Looks up {@code prefix.weight} and, if there, {@code prefix.bias} and an adapter. */
    public static Linear of(Weights weights, String prefix) {
        return new Linear(
                weights.get(prefix + ".weight"), weights.find(prefix + ".bias"), LowRank.find(weights, prefix));
    }

    /** Applies the map. */
    public Tensor apply(Tensor x) {
        Tensor y = Nn.linear(x, weight.to(x.dtype()), bias == null ? null : bias.to(x.dtype()));
        return adapter == null ? y : y.add(adapter.apply(x));
    }
}
