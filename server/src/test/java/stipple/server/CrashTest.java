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

/** A server that is killed in the middle of its work loses nothing that was finished and forgets nothing that was not. */
class CrashTest {
    @TempDir
    Path folder;

    @Test
    void after_a_kill_finished_pictures_are_there_and_unfinished_jobs_go_on() throws Exception {
        Path model = folder.resolve("tiny");
        Files.createDirectories(model);
        TinyModel.write(model, 1);
        Path data = folder.resolve("data");
        String half;
        String waiting;
        List<String> kept = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(model, data)) {
            half = server.draw("/v1/jobs", "prompt", "a red apple", "seed", 10, "n", 10, "steps", 100)
                    .json()
                    .path("id")
                    .asText();
            waiting = server.draw("/v1/jobs", "prompt", "a green pear", "seed", 1, "n", 2)
                    .json()
                    .path("id")
                    .asText();
            while (pictures(server, half).isEmpty()) {
                RunningServer.pause(10);
            }
            for (int i = 0; i < pictures(server, half).size(); i++) {
                int index = pictures(server, half).get(i).path("index").asInt();
                kept.add("/v1/jobs/" + half + "/pictures/" + index + ".png");
            }
            assertTrue(kept.size() < 10, "killed too late: all pictures are there");
            List<String> before =
                    kept.stream().map(path -> server.get(path).body()).toList();
            server.kill();
            try (RunningServer again = RunningServer.start(data)) {
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
                assertTrue(
                        again.get("/metrics").body().contains("stipple_jobs_recovered_total 1.0"),
                        again.get("/metrics").body());
                // What was kept was not drawn again.
                String drawn = again.get("/metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("stipple_pictures_total"))
                        .findFirst()
                        .orElseThrow();
                double fresh = Double.parseDouble(drawn.substring(drawn.lastIndexOf(' ') + 1));
                assertTrue(fresh <= 12 - kept.size(), drawn + " with " + kept.size() + " kept");
            }
        }
    }

    private static JsonNode pictures(ServerProcess server, String job) {
        return server.get("/v1/jobs/" + job).json().path("pictures");
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
