package stipple.torch.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** Weights for cards by the operators that a card has, on the CPU: that the numbers are right, not that they are fast. */
class CardMatrixTest {
    private static final long OUT = 96;
    private static final long IN = 128;

    @ParameterizedTest
    @CsvSource({"INT8, 0.008, 0.0002", "FP8, 0.03, 0.003"})
    void eight_bits_a_weight_give_nearly_the_product_of_the_rounded_weights(
            WeightFormat format, double rounding, double arithmetic) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            Tensor weight = rng.normal(OUT, IN);
            CardMatrix matrix = CardMatrix.round(weight, format);
            assertTrue(distance(matrix.dequantise(), weight) < rounding, "weights are too far off");
            assertTrue(distance(matrix.dequantise(), weight) > rounding / 4, "nothing was rounded");
            for (int rows : new int[] {1, 2, 16, 40}) {
                // One large value among small ones is what rounding activations to one byte would not survive.
                Tensor x = rng.normal(rows, IN);
                x.select(1, 3).mulInPlace(60);
                Tensor expected = x.matmul(matrix.dequantise().transpose(0, 1));
                double error = distance(matrix.multiply(x), expected);
                assertTrue(error < arithmetic, () -> format + " with " + rows + " rows: " + error);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"INT8, 0", "INT4, 32", "INT4, 64"})
    void what_is_packed_for_the_processor_keeps_its_integers_on_a_card(WeightFormat format, int group) {
        assumeTrue(KernelLibrary.available(), () -> "no native kernels, because " + KernelLibrary.missing());
        try (Scope scope = Scope.open();
                Rng rng = new Rng(2)) {
            PackedMatrix packed = PackedMatrix.quantise(rng.normal(OUT, IN), format, group);
            CardMatrix matrix = CardMatrix.of(packed);
            Tensor values = packed.dequantise();
            // The four-bit product takes and gives bfloat16.
            assertTrue(distance(matrix.dequantise(), values) < (format == WeightFormat.INT4 ? 4e-3 : 1e-7));
            Tensor x = rng.normal(3, IN);
            assertTrue(distance(matrix.multiply(x), x.matmul(values.transpose(0, 1))) < 6e-3);
            matrix.requireRight(values);
            assertEquals(matrix.bytes(), bytes(matrix.data()) + bytes(matrix.scales()));
        }
    }

    @Test
    void a_card_that_multiplies_wrongly_is_refused_with_what_works() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(3)) {
            CardMatrix matrix = CardMatrix.round(rng.normal(OUT, IN), WeightFormat.FP8);
            UserException refusal = assertThrows(UserException.class, () -> matrix.requireRight(rng.normal(OUT, IN)));
            assertTrue(refusal.getMessage().contains("fp8 are multiplied wrongly on cpu"), refusal.getMessage());
            assertTrue(refusal.getMessage().contains("--quantize int8"), refusal.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightFormat.class,
            names = {"INT8", "FP8"})
    void shapes_and_types_of_activations_stay_and_zeros_stay_zeros(WeightFormat format) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(4)) {
            CardMatrix matrix = CardMatrix.round(rng.normal(OUT, IN), format);
            Tensor y = matrix.multiply(Tensors.zeros(DType.BF16, 2, 1, IN));
            assertEquals("Tensor[2, 1, 96] BF16 on cpu", y.toString());
            assertEquals(0, y.abs().max().item());
        }
    }

    @Test
    void weights_that_are_not_finite_and_shapes_that_do_not_fit_are_told() {
        try (Scope scope = Scope.open()) {
            Tensor weight = Tensors.full(Double.NaN, DType.F32, OUT, IN);
            assertThrows(UserException.class, () -> CardMatrix.round(weight, WeightFormat.INT8));
        }
        assertTrue(CardMatrix.takes(WeightFormat.INT4, OUT, IN));
        assertFalse(CardMatrix.takes(WeightFormat.INT8, OUT + 8, IN));
        assertFalse(CardMatrix.takes(WeightFormat.BF16, OUT, IN));
    }

    private static long bytes(Tensor tensor) {
        return tensor.count() * tensor.dtype().bytes();
    }

    private static double distance(Tensor actual, Tensor expected) {
        return Math.sqrt(actual.to(DType.F32).sub(expected).square().sum().item()
                / expected.square().sum().item());
    }
}
