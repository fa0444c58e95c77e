package stipple.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.testing.TinyModel;

/** A server that is killed in the middle of its work loses nothing that was finished and forgets nothing that was not. */
class CrashTest {
    @TempDir
    Path folder;

    @Test
    void after_a_kill_finished_pictures_are_there_and_unfinished_jobs_go_on() throws Exception {
        Path model = folder.resolve("tiny");
        Files.createDirectories(model);
        TinyModel.write(model, 1, 256);
        Path data = folder.resolve("data");
        String half;
        String waiting;
        List<String> kept = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(model, data)) {
            String done = submit(server, "a blue boat", 20, 2, 4);
            while (!state(server, done).equals("completed")) {
                RunningServer.pause(10);
            }
            for (int i = 0; i < 2; i++) {
                kept.add("/v1/jobs/" + done + "/pictures/" + i + ".png");
            }
            List<String> before =
                    kept.stream().map(path -> server.get(path).body()).toList();
            half = submit(server, "a red apple", 10, 10, 1000);
            waiting = submit(server, "a green pear", 1, 2, 1000);
            while (state(server, half).equals("queued")) {
                RunningServer.pause(1);
            }
            server.kill();
            try (RunningServer again = RunningServer.start(ServerOptions.in(data), RunningServer.served(256))) {
                for (int i = 0; i < kept.size(); i++) {
                    byte[] after = again.bytes(kept.get(i));
                    assertEquals(
                            before.get(i),
                            new String(after, java.nio.charset.StandardCharsets.ISO_8859_1),
                            kept.get(i));
                }
                JsonNode job = again.finished(half);
                assertEquals("completed", job.path("state").asText(), job.toString());
                assertEquals(10, job.path("pictures").size());
                for (int i = 0; i < 10; i++) {
                    assertEquals(
                            10 + i, job.path("pictures").get(i).path("seed").asInt());
                }
                assertEquals("completed", again.finished(waiting).path("state").asText());
                assertTrue(number(again, "stipple_jobs_recovered_total") >= 1, "the killed one is taken up again");
                // What was finished was not drawn again.
                assertTrue(number(again, "stipple_pictures_total") <= 12, "pictures of the unfinished jobs alone");
            }
        }
    }

    private static String submit(ServerProcess server, String prompt, int seed, int count, int steps) {
        return server.draw("/v1/jobs", "prompt", prompt, "seed", seed, "n", count, "steps", steps)
                .json()
                .path("id")
                .asText();
    }

    private static String state(ServerProcess server, String job) {
        return server.get("/v1/jobs/" + job).json().path("state").asText();
    }

    private static double number(RunningServer server, String metric) {
        String found = server.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(metric))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(found.substring(found.lastIndexOf(' ') + 1));
    }

    @Test
    void a_database_of_a_newer_version_is_refused_in_one_line() throws IOException {
        try (RunningServer server = RunningServer.start(folder)) {
            assertEquals(200, server.get("/health/ready").status());
        }
        try (var database = java.sql.DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("jobs.sqlite"));
                var statement = database.createStatement()) {
            statement.execute("INSERT INTO schema_version (version) VALUES (99)");
        } catch (java.sql.SQLException failure) {
            throw new AssertionError(failure);
        }
        var refusal = org.junit.jupiter.api.Assertions.assertThrows(
                stipple.torch.UserException.class, () -> RunningServer.start(folder));
        assertTrue(refusal.getMessage().contains("newer Stipple"), refusal.getMessage());
    }
}
