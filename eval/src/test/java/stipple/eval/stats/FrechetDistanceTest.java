package stipple.eval.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {
    private static float[][] normal(int rows, int width, long seed) {
        Random random = new Random(seed);
        float[][] out = new float[rows][width];
        for (float[] row : out) {
            for (int i = 0; i < width; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return out;
    }

    private static float[][] mapped(float[][] rows, double scale, double shift) {
        float[][] out = new float[rows.length][rows[0].length];
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; i < out[r].length; i++) {
                out[r][i] = (float) (scale * rows[r][i] + shift);
            }
        }
        return out;
    }

    @Test
    void on_a_line_it_is_the_distance_of_means_and_deviations() {
        // Means 1 and 10, deviations sqrt(2) and 3 sqrt(2): 81 + 8.
        float[][] a = {{0}, {2}};
        float[][] b = {{7}, {13}};
        assertEquals(81 + 8, FrechetDistance.of(a, b), 1e-6);
    }

    @Test
    void equal_sets_are_no_distance_apart_in_any_order() {
        float[][] a = normal(40, 64, 1);
        float[][] turned = a.clone();
        Collections.reverse(Arrays.asList(turned));
        assertEquals(0, FrechetDistance.of(a, a), 1e-6);
        assertEquals(0, FrechetDistance.of(a, turned), 1e-6);
    }

    @Test
    void a_set_made_twice_as_wide_and_moved_is_as_far_as_the_formula_says() {
        for (int width : new int[] {5, 200}) {
            float[][] a = normal(60, width, 2);
            double trace = 0;
            double between = 0;
            for (int i = 0; i < width; i++) {
                double sum = 0;
                double square = 0;
                for (float[] row : a) {
                    sum += row[i];
                    square += (double) row[i] * row[i];
                }
                trace += (square - sum * sum / 60) / 59;
                double shift = sum / 60 + 3;
                between += shift * shift;
            }
            // Equal axes: tr(S + 4 S - 2 * 2 S) = tr S.
            double distance = FrechetDistance.of(a, mapped(a, 2, 3));
            assertEquals(between + trace, distance, 1e-4 * distance, "width " + width);
        }
    }

    @Test
    void samples_of_one_distribution_come_closer_as_they_grow() {
        double few = FrechetDistance.of(normal(50, 8, 3), normal(50, 8, 4));
        double many = FrechetDistance.of(normal(400, 8, 3), normal(400, 8, 4));
        assertTrue(many < few / 3, few + " and " + many);
        assertEquals(
                FrechetDistance.of(normal(50, 8, 3), normal(30, 8, 4)),
                FrechetDistance.of(normal(30, 8, 4), normal(50, 8, 3)),
                1e-9,
                "symmetric");
    }

    @Test
    void the_axes_matter_and_not_only_their_lengths() {
        // Deviations (3, 1) against (1, 3) on the same axes: (3 - 1)^2 + (1 - 3)^2 = 8, in the limit of many samples.
        float[][] a = normal(300, 2, 5);
        float[][] b = normal(300, 2, 6);
        for (int i = 0; i < a.length; i++) {
            a[i][0] *= 3;
            b[i][1] *= 3;
        }
        assertEquals(8, FrechetDistance.of(a, b), 0.8);
    }

    @Test
    void sets_of_other_widths_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> FrechetDistance.of(new float[3][2], new float[3][4]));
        assertThrows(IllegalArgumentException.class, () -> FrechetDistance.of(new float[1][2], new float[3][2]));
    }
}
