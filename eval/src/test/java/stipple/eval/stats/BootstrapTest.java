package stipple.eval.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static double[][] prompts(int count, int right) {
        double[][] prompts = new double[count][1];
        for (int i = 0; i < right; i++) {
            prompts[i][0] = 1;
        }
        return prompts;
    }

    @Test
    void the_overall_score_weighs_classes_and_not_pictures() {
        assertEquals(0.5, Bootstrap.mean(List.of(prompts(100, 100), prompts(10, 0))), 1e-12);
    }

    @Test
    void an_interval_has_the_width_that_theory_gives() {
        Interval interval = Bootstrap.overall(List.<double[][]>of(prompts(400, 200)));
        // 1.96 * sqrt(0.25 / 400) = 0.049.
        assertEquals(0.451, interval.low(), 0.006);
        assertEquals(0.549, interval.high(), 0.006);
    }

    @Test
    void pictures_of_one_prompt_do_not_narrow_the_interval() {
        double[][] four = new double[50][];
        for (int i = 0; i < four.length; i++) {
            double value = i % 2;
            four[i] = new double[] {value, value, value, value};
        }
        Interval wide = Bootstrap.overall(List.<double[][]>of(four));
        // 1.96 * sqrt(0.25 / 50) = 0.139, where 200 independent pictures would give 0.069.
        assertEquals(0.139, (wide.high() - wide.low()) / 2, 0.02);
    }

    @Test
    void a_consistent_difference_is_clear_and_a_balanced_one_is_not() {
        double[][] better = new double[40][1];
        for (int i = 0; i < 12; i++) {
            better[i][0] = 1;
        }
        Bootstrap.Difference clear = Bootstrap.paired(List.<double[][]>of(better), 0);
        assertEquals(0.3, clear.value(), 1e-12);
        assertTrue(clear.isClear() && clear.p() < 0.01, clear.toString());
        better[12][0] = -1;
        for (int i = 13; i < 24; i++) {
            better[i][0] = -1;
        }
        Bootstrap.Difference balanced = Bootstrap.paired(List.<double[][]>of(better), 0);
        assertEquals(0, balanced.value(), 1e-12);
        assertFalse(balanced.isClear());
        assertTrue(balanced.p() > 0.5, balanced.toString());
        assertEquals(
                1, Bootstrap.paired(List.<double[][]>of(new double[5][1]), 0).p(), 1e-12, "two equal runs");
    }

    @Test
    void quantiles_lie_between_the_values() {
        assertEquals(1.5, Bootstrap.quantile(new double[] {0, 1, 2, 3}, 0.5), 1e-12);
        assertEquals(3, Bootstrap.quantile(new double[] {0, 1, 2, 3}, 1), 1e-12);
    }
}
