package stipple.model.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensors;

class TokenStatisticsTest {
    @Test
    void statistics_of_two_tokens_are_those_worked_out_by_hand() {
        TokenStatistics statistics = new TokenStatistics();
        try (Scope scope = Scope.open()) {
            statistics.add(Tensors.of(new float[] {0, 2}, 1, 1, 2));
            statistics.add(Tensors.of(new float[] {1, 9}, 1, 1, 2));
        }
        TokenStatistics.Summary summary = statistics.summary();
        assertEquals(3, summary.mean(), "of 1 and 5");
        assertEquals(2, summary.meanSpread());
        assertEquals(8.5, summary.variance(), "of 1 and 16");
        assertEquals(7.5, summary.varianceSpread());
        assertEquals(2.5, summary.elementMeanSpread(), "of 0.5 and 5.5");
        assertEquals(6, summary.elementVarianceSpread(), "of 0.25 and 12.25");
        assertEquals(0.25, summary.outliers(), "nine alone");
    }

    @Test
    void normal_numbers_have_the_outliers_that_the_distribution_promises() {
        TokenStatistics statistics = new TokenStatistics();
        try (Scope scope = Scope.open();
                Rng rng = new Rng(3)) {
            statistics.add(rng.normal(8, 500, 64));
        }
        TokenStatistics.Summary summary = statistics.summary();
        assertEquals(0.0027, summary.outliers(), 4e-4);
        assertEquals(1, summary.variance(), 0.02);
        assertEquals(0.125, summary.meanSpread(), 0.01, "one over the root of 64");
    }

    @Test
    void tokens_of_another_width_are_refused_and_none_have_no_statistics() {
        TokenStatistics statistics = new TokenStatistics();
        assertThrows(IllegalStateException.class, statistics::summary);
        try (Scope scope = Scope.open()) {
            statistics.add(Tensors.of(new float[] {0, 2}, 1, 1, 2));
            assertThrows(
                    IllegalArgumentException.class, () -> statistics.add(Tensors.of(new float[] {0, 2, 1}, 1, 1, 3)));
        }
    }
}
