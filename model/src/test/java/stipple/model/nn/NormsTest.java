package stipple.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

class NormsTest {
    @Test
    void rms_norm_divides_by_the_root_of_the_mean_square_plus_eps() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensors.of(new float[] {3, 4, 0, 0}, 2, 2);
            RmsNorm norm = new RmsNorm(Tensors.of(new float[] {2, 1}, 2), 1e-5);
            double scale = 1 / Math.sqrt(12.5 + 1e-5);
            assertArrayEquals(
                    new float[] {(float) (3 * scale * 2), (float) (4 * scale), 0, 0},
                    norm.apply(x).toFloats(),
                    1e-6f);
        }
    }

    @Test
    void rms_norm_rounds_to_the_type_of_the_activations_before_it_multiplies() {
        try (Scope scope = Scope.open()) {
            // Normalised, 1 and 1/3 become 1.3416 and 0.4472; in bfloat16 1.34375 and 0.447265625.
            Tensor x = Tensors.of(new float[] {3, 1}, 1, 2).to(DType.BF16);
            Tensor weight = Tensors.of(new float[] {1.0078125f, 1.0078125f}, 2).to(DType.BF16);
            Tensor out = new RmsNorm(weight, 0).apply(x);
            assertEquals(DType.BF16, out.dtype());
            Tensor rounded =
                    Tensors.of(new float[] {1.34375f, 0x1.cap-2f}, 1, 2).to(DType.BF16);
            assertArrayEquals(rounded.mul(weight).toFloats(), out.toFloats());
        }
    }

    @Test
    void group_norm_has_32_groups() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensors.arange(64L * 2).reshape(1, 64, 1, 2);
            GroupNorm norm = new GroupNorm(Tensors.full(1, DType.F32, 64), Tensors.zeros(DType.F32, 64));
            // Each group is two channels of two consecutive values: 0 1 2 3, normalised.
            double scale = 1 / Math.sqrt(1.25 + 1e-6);
            float[] group = {
                (float) (-1.5 * scale), (float) (-0.5 * scale), (float) (0.5 * scale), (float) (1.5 * scale)
            };
            float[] out = norm.apply(x).toFloats();
            assertArrayEquals(group, java.util.Arrays.copyOf(out, 4), 1e-5f);
            assertArrayEquals(group, java.util.Arrays.copyOfRange(out, 124, 128), 1e-4f);
        }
    }
}
