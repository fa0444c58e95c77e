package stipple.eval.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

class ComparisonTest {
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void errors_are_relative_to_the_largest_magnitude_of_what_was_recorded() {
        CheckResult result = compare(values(-8, 1, 0.5f), values(-8, 1.25f, 0.5f), 0.04);
        assertEquals(0.25, result.maxAbs());
        assertEquals(0.03125, result.maxRel());
        assertTrue(result.passed());
        assertFalse(compare(values(-8, 1, 0.5f), values(-8, 1.25f, 0.5f), 0.03).passed());
    }

    @Test
    void against_zeros_the_absolute_error_counts() {
        assertTrue(compare(values(0, 0), values(0, 0), 1e-5).passed());
        assertEquals(0.5, compare(values(0, 0), values(0, 0.5f), 1e-5).maxRel());
        assertFalse(compare(values(0, 0), values(0, 0.5f), 1e-5).passed());
    }

    @Test
    void nan_and_infinity_fail_on_either_side_even_where_both_agree() {
        float inf = Float.POSITIVE_INFINITY;
        assertFalse(compare(values(1, 2), values(1, Float.NaN), 1).passed());
        assertFalse(compare(values(1, Float.NaN), values(1, 2), 1).passed());
        assertFalse(compare(values(1, inf), values(1, inf), 1).passed());
    }

    @Test
    void scalars_compare_whatever_their_number_of_dimensions() {
        assertTrue(compare(Tensors.scalar(3), values(3), 1e-5).passed());
        assertFalse(compare(values(3, 3), Tensors.scalar(3), 1e-5).passed());
    }

    @Test
    void an_empty_tensor_proves_nothing() {
        assertFalse(compare(values(), values(), 1).passed());
    }

    @Test
    void a_draw_with_fewer_rows_is_tiled_and_a_missing_one_is_an_error() {
        Tensor draws = Tensors.arange(8).reshape(1, 2, 2, 2);
        RecordedNoise noise = new RecordedNoise(draws, 4);
        org.junit.jupiter.api.Assertions.assertArrayEquals(
                new float[] {0, 1, 2, 3, 0, 1, 2, 3}, noise.next().toFloats());
        assertEquals(1, noise.left());
        noise.next();
        UserException e = assertThrows(UserException.class, noise::next);
        assertTrue(e.getMessage().contains("only 2 draws"), e.getMessage());
        assertThrows(UserException.class, () -> new RecordedNoise(draws, 3));
    }

    private static Tensor values(float... values) {
        return Tensors.of(values, values.length);
    }

    private static CheckResult compare(Tensor expected, Tensor actual, double tolerance) {
        return Comparison.of("x", expected, actual, tolerance);
    }
}
