package stipple.model.nn;

import stipple.torch.Autograd;
import stipple.torch.Device;
import stipple.torch.Nn;
import stipple.torch.Tensor;
import stipple.torch.kernels.CardMatrix;
import stipple.torch.kernels.KernelLibrary;
import stipple.torch.kernels.PackedMatrix;

/**
 * Affine map {@code [..., in] -> [..., out]}. Plain weights are cast to the type of the input, so float32 master weights
 * serve bfloat16 activations in training and a cast to the same type costs nothing in inference.
 *
 * <p>Quantised weights are multiplied by the native kernels, on a graphics card by its own products. Where the kernels cannot be used (none in this build, a gradient
 * to follow) the weights are restored for every call, which is slow but the same function.
 *
 * @param weight {@code [out, in]}, or null if the weights are quantised
 * @param packed the quantised weights on the CPU, or null
 * @param card the quantised weights on a graphics card, or null
 * @param bias {@code [out]} or null
 * @param adapter a low-rank addition, or null
 */
public record Linear(Tensor weight, PackedMatrix packed, CardMatrix card, Tensor bias, LowRank adapter) {
    /** Looks up {@code prefix.weight} and, if there, {@code prefix.bias} and an adapter. */
    public static Linear of(Weights weights, String prefix) {
        PackedMatrix packed = weights.packed(prefix + ".weight");
        CardMatrix card = weights.card(prefix + ".weight");
        return new Linear(
                packed == null && card == null ? weights.get(prefix + ".weight") : null,
                packed,
                card,
                weights.find(prefix + ".bias"),
                LowRank.find(weights, prefix));
    }

    /** Applies the map. */
    public Tensor apply(Tensor x) {
        Tensor y = card != null ? onCard(x) : packed != null ? quantised(x) : plain(x, weight);
        return adapter == null ? y : y.add(adapter.apply(x));
    }

    /** Inputs. */
    public long in() {
        return card != null ? card.in() : packed != null ? packed.in() : weight.size(1);
    }

    /** The weights as the native kernels take them: quantised, or plain ones on the CPU. */
    public PackedMatrix matrix() {
        return packed == null ? PackedMatrix.of(weight) : packed;
    }

    private Tensor plain(Tensor x, Tensor w) {
        return Nn.linear(x, w.to(x.dtype()), bias == null ? null : bias.to(x.dtype()));
    }

    private Tensor onCard(Tensor x) {
        return Autograd.follows(x) ? plain(x, card.dequantise()) : biased(card.multiply(x));
    }

    private Tensor quantised(Tensor x) {
        if (!KernelLibrary.available() || Autograd.follows(x) || !Device.CPU.equals(x.device())) {
            return plain(x, packed.dequantise());
        }
        return biased(packed.multiply(x));
    }

    private Tensor biased(Tensor y) {
        return bias == null ? y : y.add(bias.to(y.dtype()));
    }
}
