package stipple.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs real processes on this machine. */
final class ProcessGroupTest {
    private record Ended(int code, String output) {}

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Process start(int port, int rank, int size, int seconds, String... what) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.bytedeco.javacpp.noPointerGC=true",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Dstipple.threads=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                GroupMember.class.getName(),
                "" + port,
                "" + rank,
                "" + size,
                "" + seconds));
        command.addAll(List.of(what));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Ended end(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), output);
    }

    @Test
    void two_processes_sum_tensors_and_copy_them_from_one_rank() throws Exception {
        int port = freePort();
        Process first = start(port, 0, 2, 30, "operations");
        Process second = start(port, 1, 2, 30, "operations");
        for (Ended ended : List.of(end(first), end(second))) {
            assertEquals(0, ended.code(), ended.output());
            assertTrue(ended.output().contains("sum [3.0, 3.0, 3.0, 3.0, 3.0, 3.0] [30.0, 30.0, 30.0, 30.0]"));
            assertTrue(ended.output().contains("from 1 [6, 6]"), ended.output());
            assertTrue(ended.output().contains("live 3"), ended.output());
        }
    }

    @Test
    void a_store_that_a_launcher_hosts_is_used() throws Exception {
        int port = freePort();
        Torch.version();
        try (GroupStore agent =
                GroupStore.open(Rendezvous.atRankZero("127.0.0.1", port), true, Duration.ofSeconds(30))) {
            Process first = start(port, 0, 2, 30, "operations", "hosted");
            Process second = start(port, 1, 2, 30, "operations", "hosted");
            for (Ended ended : List.of(end(first), end(second))) {
                assertEquals(0, ended.code(), ended.output());
                assertTrue(ended.output().contains("from 1 [6, 6]"), ended.output());
            }
            // The keys of an attempt are its own.
            assertEquals(0, agent.count("rank/0"));
        }
    }

    @Test
    void a_process_whose_peer_dies_says_which_rank_it_was() throws Exception {
        int port = freePort();
        Process first = start(port, 0, 2, 30, "die");
        Process second = start(port, 1, 2, 30, "die");
        assertEquals(137, end(second).code());
        Ended survivor = end(first);
        assertEquals(3, survivor.code(), survivor.output());
        assertFalse(survivor.output().contains("impossible"));
        assertTrue(
                survivor.output()
                        .contains("PeerLostException: Rank 0 of 2: the all-reduce failed because rank 1 has died"),
                survivor.output());
    }

    @Test
    void a_peer_that_is_alive_but_takes_no_part_ends_the_wait_after_the_time_out() throws Exception {
        int port = freePort();
        Process first = start(port, 0, 2, 5, "hang");
        Process second = start(port, 1, 2, 5, "hang");
        Ended waiting = end(first);
        second.destroyForcibly();
        assertEquals(3, waiting.code(), waiting.output());
        assertTrue(
                waiting.output().contains("the barrier failed because all ranks are alive, so one of them is slower"),
                waiting.output());
        assertTrue(waiting.output().contains("(nothing for 5 s)"), waiting.output());
    }

    @Test
    void the_first_rank_names_those_who_never_came() throws Exception {
        Ended alone = end(start(freePort(), 0, 3, 1, "operations"));
        assertEquals(3, alone.code(), alone.output());
        assertTrue(alone.output().contains("Ranks 1, 2 of 3 did not join within 1 s"), alone.output());
    }

    @Test
    void a_rank_without_a_first_rank_says_whom_it_waited_for() throws Exception {
        int port = freePort();
        Rendezvous nobody = Rendezvous.atRankZero("127.0.0.1", port);
        UserException e = assertThrows(
                PeerLostException.class,
                () -> ProcessGroup.join(ProcessGroup.Transport.GLOO, nobody, 1, 2, Duration.ofMillis(300)));
        assertTrue(e.getMessage().startsWith("No answer from rank 0 at 127.0.0.1:" + port + " within 300 ms"));
    }

    @Test
    void a_used_port_is_refused_with_its_number() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            Rendezvous at = Rendezvous.atRankZero("127.0.0.1", taken.getLocalPort());
            UserException e = assertThrows(
                    UserException.class,
                    () -> ProcessGroup.join(ProcessGroup.Transport.GLOO, at, 0, 2, Duration.ofMillis(300)));
            assertTrue(e.getMessage().startsWith("Rank 0 cannot listen on port " + taken.getLocalPort()));
        }
    }

    @Test
    void nccl_is_refused_where_the_natives_lack_it() {
        Rendezvous at = Rendezvous.atRankZero("127.0.0.1", 29_500);
        if (Torch.cudaDevices() == 0) {
            UserException e = assertThrows(
                    UserException.class,
                    () -> ProcessGroup.join(ProcessGroup.Transport.NCCL, at, 0, 1, Duration.ofMillis(300)));
            assertTrue(e.getMessage().contains("NCCL is not in this build"), e.getMessage());
        }
    }
}
