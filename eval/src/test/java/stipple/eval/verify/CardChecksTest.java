package stipple.eval.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.torch.Device;
import stipple.torch.DeviceGraph;
import stipple.torch.Tensor;

/** The checks of cards with the CPU in the place of one: that they run to their ends and can fail. */
class CardChecksTest {
    private static List<CheckResult> run(DeviceGraph.Recorder recorder) {
        List<CheckResult> results = new ArrayList<>();
        long before = Tensor.live();
        new CardChecks(Device.CPU, recorder).run(results::add);
        assertEquals(before, Tensor.live());
        assertEquals(
                List.of("card.upload", "card.attention", "card.graph", "card.int8", "card.fp8", "card.int4"),
                results.stream().map(CheckResult::name).toList());
        return results;
    }

    private static DeviceGraph.Recorder replaying(boolean stuck) {
        return work -> {
            work.run();
            return new DeviceGraph() {
                @Override
                public void replay() {
                    if (!stuck) {
                        work.run();
                    }
                }

                @Override
                public void close() {}
            };
        };
    }

    @Test
    void everything_passes_where_the_sums_are_right() {
        for (CheckResult result : run(replaying(false))) {
            assertTrue(result.passed(), result.toString());
        }
    }

    @Test
    void graphs_that_are_missing_or_do_not_run_fail() {
        assertFalse(run(null).get(2).passed());
        assertFalse(run(replaying(true)).get(2).passed());
    }
}
