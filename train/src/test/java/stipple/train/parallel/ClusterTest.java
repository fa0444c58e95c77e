package stipple.train.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stipple.torch.ProcessGroup;
import stipple.torch.UserException;

final class ClusterTest {
    private static Map<String, String> environment(String... changes) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "MASTER_ADDR", "10.0.0.7", "MASTER_PORT", "29500", "RANK", "3", "WORLD_SIZE", "8", "LOCAL_RANK", "1"));
        for (int i = 0; i < changes.length; i += 2) {
            if (changes[i + 1] == null) {
                environment.remove(changes[i]);
            } else {
                environment.put(changes[i], changes[i + 1]);
            }
        }
        return environment;
    }

    private static String refusal(String... changes) {
        String message = assertThrows(UserException.class, () -> Cluster.fromEnvironment(environment(changes)))
                .getMessage();
        assertEquals(1, message.lines().count());
        return message;
    }

    @Test
    void an_empty_environment_means_one_process() {
        assertTrue(Cluster.fromEnvironment(Map.of("PATH", "/bin")).alone());
        assertTrue(Cluster.fromEnvironment(environment("WORLD_SIZE", "1", "RANK", "0", "LOCAL_RANK", "0"))
                .alone());
    }

    @Test
    void the_usual_variables_are_read() {
        Cluster cluster =
                Cluster.fromEnvironment(environment("STIPPLE_TIMEOUT", "90", "STIPPLE_SHARD_MOMENTS", "true"));
        assertEquals(3, cluster.rank());
        assertEquals(8, cluster.size());
        assertEquals(1, cluster.localRank());
        assertEquals("10.0.0.7:29500", cluster.meeting().toString());
        assertFalse(cluster.meeting().hosted());
        assertEquals(Duration.ofSeconds(90), cluster.timeout());
        assertEquals(ProcessGroup.Transport.GLOO, cluster.transport());
        assertTrue(cluster.sharded());
    }

    @Test
    void under_torchrun_the_agent_hosts_the_store_and_each_attempt_has_its_own_keys() {
        Cluster cluster = Cluster.fromEnvironment(
                environment("TORCHELASTIC_USE_AGENT_STORE", "True", "TORCHELASTIC_RESTART_COUNT", "2"));
        assertTrue(cluster.meeting().hosted());
        assertEquals("attempt-2", cluster.meeting().prefix());
    }

    @Test
    void missing_variables_are_named() {
        assertTrue(refusal("MASTER_PORT", null).contains("MASTER_PORT is not set"));
        assertTrue(refusal("RANK", null, "MASTER_ADDR", " ").contains("MASTER_ADDR, RANK are not set"));
    }

    @Test
    void values_that_cannot_be_are_refused_with_what_was_given() {
        assertEquals("RANK=8 does not fit WORLD_SIZE=8; ranks run from 0 to 7", refusal("RANK", "8"));
        assertEquals("WORLD_SIZE must be a whole number, got 'two'", refusal("WORLD_SIZE", "two"));
        assertEquals("MASTER_PORT must be between 1 and 65535, got 0", refusal("MASTER_PORT", "0"));
        assertEquals("LOCAL_RANK must be between 0 and 3, got 4", refusal("LOCAL_RANK", "4"));
        assertEquals("Unknown transport 'mpi'; use gloo or nccl", refusal("STIPPLE_TRANSPORT", "mpi"));
        assertEquals("STIPPLE_SHARD_MOMENTS must be true or false, got 'yes'", refusal("STIPPLE_SHARD_MOMENTS", "yes"));
    }
}
