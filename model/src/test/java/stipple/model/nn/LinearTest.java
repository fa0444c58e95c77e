package stipple.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stipple.model.lora.Lora;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.kernels.KernelLibrary;
import stipple.torch.kernels.PackedMatrix;
import stipple.torch.kernels.WeightFormat;

class LinearTest {
    @BeforeEach
    void kernels() {
        Assumptions.assumeTrue(KernelLibrary.available(), KernelLibrary.missing());
    }

    @Test
    void a_quantised_layer_adds_its_bias_and_keeps_the_type_of_its_input() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1);
                Weights weights = layer(rng)) {
            Linear linear = Linear.of(weights, "layer");
            Tensor x = rng.normal(2, 3, 64);
            float[] wanted =
                    Nn.linear(x, linear.packed().dequantise(), linear.bias()).toFloats();
            assertArrayEquals(wanted, linear.apply(x).toFloats(), 0.3f);
            Tensor narrow = linear.apply(x.to(DType.BF16));
            assertEquals(DType.BF16, narrow.dtype());
            assertArrayEquals(wanted, narrow.toFloats(), 0.4f);
        }
    }

    @Test
    void gradients_pass_through_a_quantised_layer() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(2);
                Weights weights = layer(rng)) {
            Linear linear = Linear.of(weights, "layer");
            Tensor x = rng.normal(1, 64);
            Autograd.track(x);
            Autograd.backward(linear.apply(x).sum());
            assertArrayEquals(
                    linear.packed().dequantise().sum(0).toFloats(),
                    Autograd.gradient(x).toFloats(),
                    1e-4f);
        }
    }

    @Test
    void an_adapter_stands_beside_quantised_weights() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(3);
                Weights weights = layer(rng);
                Weights adapters = new Weights()) {
            Tensor down = rng.normal(4, 64);
            Tensor up = rng.normal(48, 4);
            adapters.put("layer" + LowRank.DOWN, down);
            adapters.put("layer" + LowRank.UP, up);
            adapters.put("layer" + LowRank.ALPHA, Tensors.scalar(8));
            Tensor x = rng.normal(3, 64);
            Tensor plain = Linear.of(weights, "layer").apply(x);
            Lora.merge(weights, adapters, 0.5);
            Tensor wanted =
                    plain.add(Nn.linear(Nn.linear(x, down, null), up, null).mul(0.5 * 8 / 4));
            assertArrayEquals(
                    wanted.toFloats(), Linear.of(weights, "layer").apply(x).toFloats(), 1e-3f);
        }
    }

    private static Weights layer(Rng rng) {
        Weights weights = new Weights();
        weights.put("layer.weight", PackedMatrix.quantise(rng.normal(48, 64), WeightFormat.INT8, 0));
        weights.put("layer.bias", rng.normal(48));
        return weights;
    }
}
