package stipple.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.image.ImageDecoder;
import stipple.server.api.ServerLimits;
import stipple.torch.Tensor;

/** {@code /v1/jobs}: the life of a job as its client sees it. */
class JobsTest {
    /** Steps that keep the tiny model busy until somebody stops it. */
    private static final int ENDLESS = 1000;

    /** Pictures of such a job, the most there may be. */
    private static final int MANY = 10;

    @TempDir
    Path data;

    private RunningServer server;

    @BeforeEach
    void start() {
        serve(64);
    }

    /** Serves a model of pictures of this side. */
    private void serve(int side) {
        ServerLimits limits =
                new ServerLimits(MANY, 2, 25_000_000, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ZERO);
        server = RunningServer.start(ServerOptions.in(data).withLimits(limits), RunningServer.served(side));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String submit(Object... fields) {
        RunningServer.Answer answer = server.draw("/v1/jobs", fields);
        assertEquals(202, answer.status(), answer.body());
        return answer.json().path("id").asText();
    }

    /** The same history served by a model that takes its time. */
    private void serveSlowly() {
        server.close();
        serve(512);
    }

    /** Fills the drawer, so that what follows waits. */
    private List<String> occupy() {
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            String id = submit("prompt", "a", "steps", ENDLESS, "n", MANY);
            jobs.add(id);
            for (int patience = 0; patience < 20 && state(id).equals("queued"); patience++) {
                RunningServer.pause(20);
            }
            if (state(id).equals("queued")) {
                return jobs;
            }
        }
        throw new AssertionError("the drawer takes any number of jobs");
    }

    private int cancel(String id) {
        return server.post("/v1/jobs/" + id + "/cancel", RunningServer.fields()).status();
    }

    private String state(String id) {
        return server.get("/v1/jobs/" + id).json().path("state").asText();
    }

    @Test
    void a_job_is_accepted_drawn_and_kept_with_all_about_it() {
        RunningServer.Answer accepted =
                server.draw("/v1/jobs", "prompt", "a red apple", "seed", 3, "n", 2, "user", "me");
        assertEquals(202, accepted.status());
        String id = accepted.json().path("id").asText();
        assertEquals("/v1/jobs/" + id, accepted.header("location"));
        JsonNode job = server.finished(id);
        assertEquals("completed", job.path("state").asText());
        assertEquals(1.0, job.at("/progress/fraction").asDouble());
        assertEquals("me", job.path("user").asText());
        assertEquals(4, job.at("/pictures/1/seed").asLong());
        assertEquals(32, job.at("/usage/output_tokens").asInt());
        byte[] file = server.bytes(job.at("/pictures/1/url").asText());
        assertEquals(file.length, job.at("/pictures/1/bytes").asLong());
        byte[] call =
                GenerationsTest.picture(server.draw("/v1/images/generations", "prompt", "a red apple", "seed", 4), 0);
        assertArrayEquals(
                ImageDecoder.decode("call", call).rgb(),
                ImageDecoder.decode("job", file).rgb());
    }

    @Test
    void events_tell_of_rows_previews_pictures_and_the_end() {
        // Seconds of work, so that the reader is there before the end.
        server.close();
        serve(256);
        String id = submit("prompt", "a", "steps", ENDLESS, "n", MANY, "previews", true);
        String stream = server.get("/v1/jobs/" + id + "/events").body();
        List<String> names = stream.lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring(7))
                .toList();
        assertTrue(names.containsAll(List.of("progress", "preview", "picture")), names.toString());
        assertEquals("job", names.getFirst());
        assertEquals("job", names.getLast());
        assertEquals(MANY, names.stream().filter("picture"::equals).count(), names.toString());
        JsonNode last = GenerationsTest.events(stream).getLast();
        assertEquals("completed", last.path("state").asText());
        JsonNode progress = GenerationsTest.events(stream).stream()
                .filter(event -> event.has("total_tokens"))
                .reduce((first, second) -> second)
                .orElseThrow();
        assertEquals(MANY * 256, progress.path("total_tokens").asInt());
        // Whoever comes late hears how it ended.
        List<JsonNode> late =
                GenerationsTest.events(server.get("/v1/jobs/" + id + "/events").body());
        assertEquals("completed", late.getLast().path("state").asText());
    }

    @Test
    void waiting_jobs_know_their_place_and_a_full_queue_says_when_to_come_back() {
        serveSlowly();
        List<String> jobs = occupy();
        String second = submit("prompt", "a");
        assertEquals(2, server.get("/v1/jobs/" + second).json().path("position").asInt());
        RunningServer.Answer refused = server.draw("/v1/jobs", "prompt", "a");
        assertEquals(429, refused.status(), refused.body());
        assertEquals("rate_limit_error", refused.json().at("/error/type").asText());
        assertTrue(Integer.parseInt(refused.header("retry-after")) >= 1);
        assertEquals(429, server.draw("/v1/images/generations", "prompt", "a").status());
        server.post("/v1/jobs/" + jobs.getLast() + "/cancel", RunningServer.fields());
        assertEquals(1, server.get("/v1/jobs/" + second).json().path("position").asInt());
        submit("prompt", "a");
    }

    @Test
    void a_job_can_be_cancelled_while_it_waits_and_while_it_is_drawn() {
        serveSlowly();
        long tensors = Tensor.live();
        String drawn = submit("prompt", "a", "steps", ENDLESS, "n", MANY);
        while (state(drawn).equals("queued")) {
            RunningServer.pause(1);
        }
        assertEquals(200, cancel(drawn), "while it is drawn");
        List<String> jobs = occupy();
        assertEquals(200, cancel(jobs.getLast()), "while it waits");
        jobs.subList(0, jobs.size() - 1).forEach(id -> assertEquals(200, cancel(id), "while it is drawn"));
        jobs.add(drawn);
        for (String id : jobs) {
            assertEquals("cancelled", server.finished(id).path("state").asText());
            assertEquals(409, cancel(id), "a second time");
        }
        assertTrue(server.get("/metrics").body().contains("stipple_cancellations_total{by=\"client\"} " + jobs.size()));
        for (int i = 0; i < 100 && Tensor.live() > tensors; i++) {
            RunningServer.pause(50);
        }
        assertEquals(tensors, Tensor.live(), "tensors of cancelled jobs");
    }

    @Test
    void unknown_is_not_the_same_as_gone() {
        String unknown = "0".repeat(32);
        assertEquals(404, server.get("/v1/jobs/" + unknown).status());
        assertEquals(404, server.get("/v1/jobs/..%2f..%2fetc").status());
        String id = submit("prompt", "a");
        JsonNode job = server.finished(id);
        assertEquals(404, server.get("/v1/jobs/" + id + "/pictures/7.png").status());
        assertEquals(404, server.get("/v1/jobs/" + id + "/preview").status());
        assertEquals(204, server.delete("/v1/jobs/" + id).status());
        for (String part : List.of("", "/events", "/pictures/0.png")) {
            RunningServer.Answer gone = server.get("/v1/jobs/" + id + part);
            assertEquals(410, gone.status(), gone.body());
            assertEquals("job_expired", gone.json().at("/error/code").asText());
        }
        assertEquals(1, job.path("pictures").size());
    }

    @Test
    void a_single_picture_can_be_removed_but_not_from_a_job_that_is_drawn() {
        String id = submit("prompt", "a", "n", 2);
        server.finished(id);
        assertEquals(204, server.delete("/v1/jobs/" + id + "/pictures/0").status());
        JsonNode pictures = server.get("/v1/jobs/" + id).json().path("pictures");
        assertEquals(1, pictures.size());
        assertEquals(1, pictures.at("/0/index").asInt());
        serveSlowly();
        String busy = occupy().getFirst();
        assertEquals(409, server.delete("/v1/jobs/" + busy).status());
        assertEquals(409, server.delete("/v1/jobs/" + busy + "/pictures/0").status());
    }

    @Test
    void the_history_lists_calls_and_jobs_page_by_page() {
        server.draw("/v1/images/generations", "prompt", "first");
        for (int i = 0; i < 3; i++) {
            server.finished(submit("prompt", "job " + i));
        }
        JsonNode page = server.get("/v1/jobs?limit=3").json();
        assertEquals("job 2", page.at("/data/0/parameters/prompt").asText());
        assertTrue(page.path("has_more").asBoolean());
        double before = page.at("/data/2/created_at").asDouble();
        JsonNode rest = server.get("/v1/jobs?limit=3&before=" + before).json();
        assertEquals(1, rest.path("data").size(), rest.toString());
        assertEquals("first", rest.at("/data/0/parameters/prompt").asText());
        assertFalse(rest.path("has_more").asBoolean());
        assertEquals(0, server.get("/v1/jobs?state=failed").json().path("data").size());
        assertEquals(400, server.get("/v1/jobs?state=lost").status());
        assertEquals(400, server.get("/v1/jobs?limit=0").status());
        assertEquals(400, server.get("/v1/jobs?offset=3").status());
    }

    @Test
    void an_edit_is_a_job_with_a_picture() {
        RunningServer.Answer accepted = server.send(new Form()
                .value("prompt", "make it blue")
                .file("image", "in.png", TestPictures.png(64, 64))
                .to(server.request("/v1/jobs")));
        assertEquals(202, accepted.status(), accepted.body());
        JsonNode job = server.finished(accepted.json().path("id").asText());
        assertEquals("edit", job.path("kind").asText());
        assertEquals("completed", job.path("state").asText(), job.toString());
        assertArrayEquals(
                TestPictures.png(64, 64), server.bytes(job.at("/input/url").asText()));
    }

    @Test
    void the_history_survives_a_restart() {
        String id = submit("prompt", "a", "seed", 1);
        JsonNode before = server.finished(id);
        byte[] picture = server.bytes("/v1/jobs/" + id + "/pictures/0.png");
        server.close();
        server = RunningServer.start(data);
        JsonNode after = server.get("/v1/jobs/" + id).json();
        assertEquals(before.path("parameters"), after.path("parameters"));
        assertArrayEquals(picture, server.bytes("/v1/jobs/" + id + "/pictures/0.png"));
    }
}
