package stipple.model.nn;

import stipple.torch.Nn;
import stipple.torch.Tensor;

/**
 * A low-rank addition to a linear map: {@code scale * up(down(x))} (LoRA).
 *
 * @param down {@code [rank, in]}
 * @param up {@code [out, rank]}
 * @param scale alpha / rank
 */
public record LowRank(Tensor down, Tensor up, double scale) {
    /** Ending of the first factor's name, as in PEFT files. */
    public static final String DOWN = ".lora_A.weight";

    /** Ending of the second factor's name. */
    public static final String UP = ".lora_B.weight";

    /** Ending of the name of alpha, a scalar. */
    public static final String ALPHA = ".lora_alpha";

    /** Looks up the adapter of a linear layer, or null if it has none. */
    static LowRank find(Weights weights, String prefix) {
        Tensor down = weights.find(prefix + DOWN);
        if (down == null) {
            return null;
        }
        double alpha = weights.get(prefix + ALPHA).item();
        return new LowRank(down, weights.get(prefix + UP), alpha / down.size(0));
    }

    /** The addition to the layer's output. */
    Tensor apply(Tensor x) {
        return Nn.linear(Nn.linear(x, down.to(x.dtype()), null), up.to(x.dtype()), null)
                .mul(scale);
    }

    /** The addition to the layer's weight, {@code [out, in]}. */
    public Tensor product() {
        return up.matmul(down).mul(scale);
    }
}
