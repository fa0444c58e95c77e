package stipple.eval.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimingTest {
    private static final double EXACT = 1e-12;

    @Test
    void one_late_run_does_not_move_the_median() {
        Timing timing = Timing.of(3, 1, 2, 100, 2);

        assertEquals(2, timing.median(), EXACT);
        assertEquals(2, timing.low(), EXACT);
        assertEquals(3, timing.high(), EXACT);
        assertEquals(0.25, timing.spread(), EXACT);
    }

    @Test
    void quartiles_lie_between_neighbours() {
        Timing timing = Timing.of(4, 1, 2, 3);

        assertEquals(2.5, timing.median(), EXACT);
        assertEquals(1.75, timing.low(), EXACT);
        assertEquals(3.25, timing.high(), EXACT);
    }

    @Test
    void work_is_warmed_up_once_and_timed_at_least_three_times_whatever_the_budget() {
        AtomicInteger runs = new AtomicInteger();

        Timing timing = Timing.measure(0, runs::incrementAndGet);

        assertEquals(3, timing.runs());
        assertEquals(4, runs.get());
        assertTrue(timing.low() >= 0);
    }

    @Test
    void nothing_cannot_be_summarised() {
        assertThrows(IllegalArgumentException.class, Timing::of);
    }
}
