package stipple.model.nn;

import java.util.Arrays;
import java.util.List;
import stipple.model.checkpoint.ExpectedTensor;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Float32 parameters for a network that starts from scratch; names decide how each begins. */
public final class FreshWeights {
    private FreshWeights() {}

    /**
     * The language model with its head and projectors (reference §2.6): backbone and projectors N(0, range), norms one,
     * head linears Xavier-uniform, its time embedding N(0, 0.02), everything that modulates or ends the head zero.
     *
     * @param shapes what the network has a place for, in checkpoint order; optional tensors are left out
     * @param range standard deviation of the backbone's matrices
     */
    public static Weights nextStep(List<ExpectedTensor> shapes, double range, long seed) {
        return fill(shapes, seed, (name, shape, rng) -> {
            if (name.endsWith("norm.weight") || name.endsWith("layernorm.weight") || name.endsWith("in_ln.weight")) {
                return Tensors.full(1, DType.F32, shape);
            }
            if (shape.length == 1 || name.contains("adaLN_modulation") || name.contains("final_layer.linear")) {
                return Tensors.zeros(DType.F32, shape);
            }
            if (name.contains("time_embed")) {
                return rng.normal(shape).mul(0.02);
            }
            if (name.startsWith("image_head")) {
                double bound = Math.sqrt(6.0 / (shape[0] + shape[1]));
                return rng.uniform(-bound, bound, shape);
            }
            return rng.normal(shape).mul(range);
        });
    }

    /** The autoencoder: convolutions uniform within 1/sqrt(fan-in), norms one. */
    public static Weights autoencoder(List<ExpectedTensor> shapes, long seed) {
        return fill(shapes, seed, (name, shape, rng) -> {
            if (name.contains("norm") && shape.length == 1) {
                return Tensors.full(name.endsWith(".weight") ? 1 : 0, DType.F32, shape);
            }
            if (shape.length == 1) {
                return Tensors.zeros(DType.F32, shape);
            }
            long fanIn = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
            double bound = 1 / Math.sqrt(fanIn);
            return rng.uniform(-bound, bound, shape);
        });
    }

    private interface Filler {
        Tensor fill(String name, long[] shape, Rng rng);
    }

    private static Weights fill(List<ExpectedTensor> shapes, long seed, Filler filler) {
        Weights weights = new Weights();
        try (Scope scope = Scope.open();
                Rng rng = new Rng(seed)) {
            for (ExpectedTensor tensor : shapes) {
                if (tensor.presence() == ExpectedTensor.Presence.REQUIRED) {
                    weights.put(tensor.name(), filler.fill(tensor.name(), tensor.shape(), rng));
                }
            }
        }
        return weights;
    }
}
