package stipple.train.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReplicaGroupTest {
    private static List<Processes.Ended> pair(boolean sharded) throws Exception {
        List<Processes.Ended> ended = pair(ReplicaMember.class, sharded);
        for (Processes.Ended one : ended) {
            assertTrue(one.output().contains("done"), one.output());
        }
        return ended;
    }

    private static List<Processes.Ended> pair(Class<?> member, boolean sharded) throws Exception {
        int port = Processes.freePort();
        Process[] started = new Process[2];
        for (int rank = 0; rank < 2; rank++) {
            Map<String, String> environment = new HashMap<>(Processes.place(port, rank, 2));
            environment.put("STIPPLE_SHARD_MOMENTS", "" + sharded);
            environment.put("STIPPLE_TIMEOUT", "30");
            started[rank] = Processes.start(member, environment);
        }
        List<Processes.Ended> ended = List.of(Processes.end(started[0]), Processes.end(started[1]));
        for (Processes.Ended one : ended) {
            assertEquals(0, one.code(), one.output());
        }
        return ended;
    }

    @Test
    void two_processes_agree_on_weights_gradients_and_numbers() throws Exception {
        for (Processes.Ended one : pair(false)) {
            String output = one.output();
            assertTrue(output.contains("aligned [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0]]"), output);
            assertTrue(output.contains("gradient a [2.0, 2.0, 2.0, 2.0]"), output);
            assertTrue(output.contains("gradient b [5.0, 5.0, 5.0]"), output);
            assertTrue(output.contains("gradient unused [0.0, 0.0]"), output);
            assertTrue(output.contains("leaked 0"), output);
            assertTrue(output.contains("sums {x=3.0, y=30.0} any truefalse leader 40"), output);
            // Nothing is divided: each has changed everything on its own.
            assertFalse(output.contains("spread [[101.0, 101.0, 101.0, 101.0], [102.0"), output);
        }
    }

    @Test
    void divided_parameters_reach_everybody_and_moments_reach_the_leader() throws Exception {
        List<Processes.Ended> ended = pair(true);
        for (Processes.Ended one : ended) {
            // The largest parameter belongs to rank 0, the other two to rank 1.
            assertTrue(
                    one.output()
                            .contains("spread [[101.0, 101.0, 101.0, 101.0], [102.0, 102.0, 102.0], [102.0, 102.0]]"),
                    one.output());
        }
        assertTrue(ended.get(0).output().contains("moment a [7.0, 7.0, 7.0, 7.0]"));
        assertTrue(ended.get(0).output().contains("moment b [8.0, 8.0, 8.0]"));
        assertFalse(ended.get(1).output().contains("moment"));
    }

    @Test
    void gradients_travel_during_the_backward_pass_once_their_order_is_known() throws Exception {
        for (Processes.Ended one : pair(ReducerMember.class, false)) {
            String sums = "[30.0, 30.0] [300.0, 300.0] [3.0, 3.0]";
            List<String> lines =
                    one.output().lines().filter(line -> line.startsWith("sent")).toList();
            // The first pass is watched; afterwards the parameter that comes last holds up nobody.
            assertEquals(List.of("sent 0 0 " + sums, "sent 1 2 " + sums, "sent 1 2 " + sums), lines, one.output());
            assertTrue(one.output().contains("leaked 0"), one.output());
        }
    }
}
