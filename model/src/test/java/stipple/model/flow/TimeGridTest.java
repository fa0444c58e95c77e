package stipple.model.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import stipple.torch.Scope;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** The grids of reference §2.9 and Appendix A. */
class TimeGridTest {
    @Test
    void the_grid_of_S1_ends_at_0_96() {
        double[] grid = TimeGrid.including(1 - 0.04, 50, 1);
        assertEquals(50, grid.length);
        assertArrayEquals(new double[] {0, 0.0195918, 0.0391837}, java.util.Arrays.copyOf(grid, 3), 5e-8);
        assertEquals(0.96, grid[49], 1e-7);
    }

    @Test
    void a_shift_of_3_2_moves_the_end_of_S1_to_0_882() {
        assertEquals(0.882353, TimeGrid.including(1 - 0.04, 50, 3.2)[49], 5e-7);
    }

    @Test
    void the_closed_grid_is_shifted_everywhere_but_at_its_ends() {
        assertArrayEquals(new double[] {0, 0.0943, 0.2381, 0.4839, 1}, TimeGrid.closed(4, 3.2), 5e-5);
        assertArrayEquals(new double[] {0, 0.25, 0.5, 0.75, 1}, TimeGrid.closed(4, 1));
    }

    @Test
    void an_unshifted_grid_is_the_engines_linspace() {
        try (Scope scope = Scope.open()) {
            for (int steps : new int[] {1, 2, 7, 28, 30, 49, 50}) {
                float[] expected = Tensors.linspace(0, 1, steps + 1).toFloats();
                double[] grid = TimeGrid.closed(steps, 1);
                for (int i = 0; i < expected.length; i++) {
                    assertEquals(expected[i], grid[i], "step " + i + " of " + steps);
                }
            }
        }
    }

    @Test
    void a_grid_of_one_step_starts_at_pure_noise() {
        assertArrayEquals(new double[] {0, 1}, TimeGrid.closed(1, 2));
        assertArrayEquals(new double[] {0}, TimeGrid.including(0.96, 1, 2));
    }

    @Test
    void impossible_settings_are_refused() {
        assertThrows(UserException.class, () -> TimeGrid.closed(-1, 1));
        assertThrows(UserException.class, () -> TimeGrid.including(0.96, 0, 1));
        assertThrows(UserException.class, () -> TimeGrid.closed(4, 0));
        assertThrows(UserException.class, () -> TimeGrid.closed(4, Double.NaN));
    }
}
