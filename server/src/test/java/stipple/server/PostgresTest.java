package stipple.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.testing.TinyModel;

/** Several replicas over one PostgreSQL; skipped where PostgreSQL is not installed. */
class PostgresTest {
    @TempDir
    static Path folder;

    private static PostgresProcess database;

    @BeforeAll
    static void start() throws Exception {
        database = PostgresProcess.start(folder.resolve("cluster"));
        Path model = Files.createDirectories(folder.resolve("tiny"));
        TinyModel.write(model, 1, 256);
    }

    @AfterAll
    static void stop() throws Exception {
        if (database != null) {
            database.close();
        }
    }

    private static ServerProcess replica(String name) throws Exception {
        return ServerProcess.start(folder.resolve("tiny"), folder.resolve(name), database.url());
    }

    @Test
    void any_replica_answers_for_any_job_and_takes_up_those_of_a_dead_one() throws Exception {
        try (ServerProcess first = replica("first")) {
            String done = first.draw("/v1/jobs", "prompt", "a", "seed", 1)
                    .json()
                    .path("id")
                    .asText();
            finished(first, done);
            try (ServerProcess second = replica("second")) {
                JsonNode seen = finished(second, done);
                assertEquals("completed", seen.path("state").asText());
                byte[] one =
                        first.get("/v1/jobs/" + done + "/pictures/0.png").body().getBytes(StandardCharsets.ISO_8859_1);
                byte[] other = second.get("/v1/jobs/" + done + "/pictures/0.png")
                        .body()
                        .getBytes(StandardCharsets.ISO_8859_1);
                assertArrayEquals(one, other);
                String half = first.draw("/v1/jobs", "prompt", "a", "seed", 5, "n", 4, "steps", 1000)
                        .json()
                        .path("id")
                        .asText();
                while (!second.get("/v1/jobs/" + half)
                        .json()
                        .path("state")
                        .asText()
                        .equals("generating")) {
                    RunningServer.pause(5);
                }
                first.kill();
                JsonNode job = finished(second, half);
                assertEquals("completed", job.path("state").asText(), job.toString());
                assertEquals(4, job.path("pictures").size());
            }
        }
    }

    @Test
    void a_job_is_cancelled_through_a_replica_that_does_not_draw_it() throws Exception {
        try (ServerProcess first = replica("third");
                ServerProcess second = replica("fourth")) {
            String id = cancelled(first, second);
            String events = second.get("/v1/jobs/" + id + "/events").body();
            assertTrue(events.contains("\"state\":\"cancelled\""), events);
        }
    }

    /** A job drawn by one and cancelled through the other. */
    private static String cancelled(ServerProcess drawing, ServerProcess other) {
        String id = drawing.draw("/v1/jobs", "prompt", "a", "n", 10, "steps", 1000)
                .json()
                .path("id")
                .asText();
        while (drawing.get("/v1/jobs/" + id).json().path("state").asText().equals("queued")) {
            RunningServer.pause(20);
        }
        assertEquals(200, other.draw("/v1/jobs/" + id + "/cancel").status());
        assertEquals("cancelled", finished(drawing, id).path("state").asText());
        return id;
    }

    private static JsonNode finished(ServerProcess server, String id) {
        for (int i = 0; i < 1200; i++) {
            JsonNode job = server.get("/v1/jobs/" + id).json();
            if (!job.path("state").asText().matches("queued|generating")) {
                return job;
            }
            RunningServer.pause(50);
        }
        throw new AssertionError(
                "still not over: " + server.get("/v1/jobs/" + id).body());
    }
}
