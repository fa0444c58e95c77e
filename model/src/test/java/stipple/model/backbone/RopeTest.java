package stipple.model.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import stipple.model.config.BackboneConfig;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** Reference §2.2 and Appendix A. */
class RopeTest {
    private static final BackboneConfig RELEASED = config(128, 1e6);

    @Test
    void rounded_frequencies_are_those_of_a_bfloat16_buffer() {
        assertFrequencies(true, 0, 1.0, 1, 0.8046875, 2, 0.6484375, 3, 0.5234375, 4, 0.421875, 8, 0.177734375);
        assertFrequencies(true, 16, 0.03173828125, 32, 0.00099945068359375, 63, 1.2442469597e-6);
    }

    @Test
    void exact_frequencies_are_powers_of_the_base() {
        assertFrequencies(false, 0, 1.0, 1, 0.80584222, 2, 0.64938164, 3, 0.52329910, 4, 0.42169651);
        assertFrequencies(false, 8, 0.17782794, 16, 0.03162278, 32, 0.001, 63, 1.2409378e-6);
    }

    @Test
    void angles_of_far_positions_are_those_of_float32_arithmetic() {
        try (Scope scope = Scope.open()) {
            // Power, reciprocal and product are each rounded; one rounding less shows at position 4095.
            Rope rope = Rope.table(RELEASED, 4096, DType.F32, Device.CPU);
            float[] sin = rope.slice(4095, 1).sin().toFloats();
            for (int k = 0; k < 64; k++) {
                float frequency = 1f / (float) Math.pow(1e6, 2f * k / 128);
                assertEquals(Math.sin(4095f * frequency), sin[k], 1e-6, "frequency " + k);
            }
        }
    }

    @Test
    void the_first_and_second_half_of_a_head_are_rotated_together() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(2)) {
            BackboneConfig config = config(8, 100);
            Tensor x = rng.normal(1, 2, 5, 8);
            float[] in = x.toFloats();
            float[] out = Rope.table(config, 5, DType.F32, Device.CPU).rotate(x).toFloats();
            for (int row = 0; row < 10; row++) {
                int position = row % 5;
                for (int k = 0; k < 4; k++) {
                    double angle = position * (double) (float) Math.pow(100, -2.0 * k / 8);
                    double a = in[row * 8 + k];
                    double b = in[row * 8 + 4 + k];
                    assertEquals(a * Math.cos(angle) - b * Math.sin(angle), out[row * 8 + k], 1e-5);
                    assertEquals(b * Math.cos(angle) + a * Math.sin(angle), out[row * 8 + 4 + k], 1e-5);
                }
            }
        }
    }

    @Test
    void the_product_of_two_rotations_depends_on_their_distance_alone() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(2)) {
            Tensor q = rng.normal(1, 1, 1, 128).expand(1, 1, 20, 128);
            Tensor k = rng.normal(1, 1, 1, 128).expand(1, 1, 20, 128);
            Rope rope = Rope.table(RELEASED, 20, DType.F32, Device.CPU);
            Tensor products = rope.rotate(q).matmul(rope.rotate(k).transpose(2, 3));
            float near = (float) products.select(2, 3).select(2, 1).item();
            assertEquals(near, (float) products.select(2, 18).select(2, 16).item(), 1e-4f);
        }
    }

    @Test
    void the_generation_table_holds_the_column_first_and_sines_before_cosines() {
        try (Scope scope = Scope.open()) {
            Tensor table = GenerationPositions.table(3, 8);
            assertArrayEquals(new long[] {1, 9, 8}, table.shape());
            // Token 5 of a grid of side 3 is row 1, column 2; the frequencies of width 8 are 1 and 0.01.
            float[] expected = {
                (float) Math.sin(2),
                (float) Math.sin(0.02),
                (float) Math.cos(2),
                (float) Math.cos(0.02),
                (float) Math.sin(1),
                (float) Math.sin(0.01),
                (float) Math.cos(1),
                (float) Math.cos(0.01)
            };
            assertArrayEquals(expected, table.select(0, 0).select(0, 5).toFloats(), 1e-7f);
        }
    }

    private static void assertFrequencies(boolean rounded, double... pairs) {
        try (Scope scope = Scope.open()) {
            Rope rope = Rope.table(RELEASED.withRoundedRope(rounded), 2, DType.F32, Device.CPU);
            float[] cos = rope.slice(1, 1).cos().toFloats();
            float[] sin = rope.slice(1, 1).sin().toFloats();
            for (int i = 0; i < pairs.length; i += 2) {
                int k = (int) pairs[i];
                // At position 1 the angle is the frequency.
                assertEquals(pairs[i + 1], Math.atan2(sin[k], cos[k]), 5e-7 * pairs[i + 1], "frequency " + k);
            }
        }
    }

    @Test
    void tables_have_the_type_of_the_activations() {
        try (Scope scope = Scope.open()) {
            assertEquals(
                    DType.BF16,
                    Rope.table(RELEASED, 2, DType.BF16, Device.CPU).cos().dtype());
        }
    }

    private static BackboneConfig config(int headDim, double theta) {
        return new BackboneConfig(
                2 * headDim, 1, 2, 1, headDim, 4, 1e-5, theta, 10, 64, false, true, false, 0.02, false);
    }
}
