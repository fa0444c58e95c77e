package stipple.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training runs and evaluation reports over HTTP: what is told, what is refused, what damage does. */
class RunsTest {
    @TempDir
    Path folder;

    private Path runs;
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        runs = Files.createDirectories(folder.resolve("runs"));
        server = RunningServer.start(ServerOptions.in(folder.resolve("data")).withRuns(List.of(runs)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode run(String id) {
        return server.get("/v1/runs/" + id).json();
    }

    /** The list is looked up at most twice a second. */
    private JsonNode listed(String path, int count) {
        JsonNode list = server.get(path).json();
        for (int i = 0; i < 100 && list.path("data").size() != count; i++) {
            RunningServer.pause(50);
            list = server.get(path).json();
        }
        assertEquals(count, list.path("data").size(), list.toString());
        return list;
    }

    @Test
    void without_a_folder_there_is_nothing_and_the_list_says_so() {
        try (RunningServer none = RunningServer.start(ServerOptions.in(folder.resolve("other")))) {
            assertEquals(0, none.get("/v1/runs").json().path("folders").size());
            assertEquals(404, none.get("/v1/runs/emoji").status());
        }
        assertEquals(
                runs.toString(), server.get("/v1/runs").json().at("/folders/0").asText());
    }

    @Test
    void the_state_is_what_the_run_said_last_or_what_its_process_does() throws IOException {
        Path said = runs.resolve("said");
        RunFixtures.recipe(said.resolve("finished"), 100);
        RunFixtures.metrics(said.resolve("finished"), 100);
        RunFixtures.words(said.resolve("finished"), "90 0 training starts", "9 100 all steps are done");
        RunFixtures.words(said.resolve("stopped"), "90 0 training starts", "9 42 training was stopped");
        RunFixtures.words(said.resolve("failed"), "90 0 training starts", "9 7 training failed: the disk is full");
        RunFixtures.words(
                said.resolve("again"),
                "90 0 training starts",
                "50 10 training was stopped",
                "5 10 training goes on from checkpoint-10");
        // A process that lives, whose log has rested for long.
        RunFixtures.metrics(runs.resolve("slow"), 30);
        RunFixtures.age(runs.resolve("slow"), 9000);
        Files.writeString(runs.resolve("slow/.lock"), ProcessHandle.current().pid() + "\n");
        // A process that is gone, with a number that none can have.
        for (String name : List.of("killed", "saved", "done", "broken")) {
            RunFixtures.recipe(runs.resolve(name), 60);
            RunFixtures.metrics(runs.resolve(name), name.equals("done") ? 60 : 30);
            Files.writeString(runs.resolve(name + "/.lock"), "4194999\n");
        }
        Files.createDirectories(runs.resolve("killed/checkpoint-20"));
        Files.createDirectories(runs.resolve("saved/checkpoint-30"));
        Files.createDirectories(runs.resolve("broken/nonfinite-34"));
        for (String name : List.of("killed", "saved", "done", "broken")) {
            RunFixtures.age(runs.resolve(name), 9000);
        }
        listed("/v1/runs", 9);
        assertEquals("finished", run("said:finished").path("state").asText());
        assertEquals("stopped", run("said:stopped").path("state").asText());
        assertEquals(42, run("said:stopped").path("step").asInt());
        assertEquals("failed", run("said:failed").path("state").asText());
        assertEquals(
                "training failed: the disk is full",
                run("said:failed").path("why").asText());
        assertEquals("running", run("said:again").path("state").asText());
        assertEquals("running", run("slow").path("state").asText());
        assertEquals("failed", run("killed").path("state").asText());
        assertTrue(run("killed").path("why").asText().contains("goes on from checkpoint-20"));
        assertEquals("stopped", run("saved").path("state").asText());
        assertEquals("finished", run("done").path("state").asText());
        assertEquals("failed", run("broken").path("state").asText());
        assertTrue(run("broken").path("why").asText().contains("not finite at step 34"));
    }

    @Test
    void a_run_that_goes_on_is_followed_with_its_time_left() throws IOException {
        Path run = runs.resolve("emoji 64 ü");
        RunFixtures.recipe(run, 1000);
        RunFixtures.metrics(run, 500);
        RunFixtures.words(run, "100 0 training starts");
        String id = listed("/v1/runs", 1).at("/data/0/id").asText();
        String address = "/v1/runs/" + id.replace(" ", "%20").replace("ü", "%C3%BC");
        JsonNode before = server.get(address).json();
        assertEquals(500, before.path("step").asInt());
        assertEquals(1000, before.path("steps").asInt());
        // Five steps a second, by the time of the start.
        assertEquals(100, before.path("eta_seconds").asDouble(), 5);
        assertEquals("nextstep", before.path("objective").asText());
        assertTrue(before.path("recipe").asText().contains("steps: 1000"));
        assertTrue(before.path("log").asText().contains("training starts"));
        Path log = run.resolve("metrics.jsonl");
        Files.writeString(log, RunFixtures.line(510, 0.25) + "{\"step\":520,\"lo", StandardOpenOption.APPEND);
        assertEquals(510, server.get(address).json().path("step").asInt());
        assertEquals(0.25, server.get(address).json().at("/figures/loss").asDouble());
        Files.writeString(log, "ss\":0.125}\n", StandardOpenOption.APPEND);
        JsonNode curves = server.get(address + "/metrics?points=5000").json();
        JsonNode loss = curves.at("/data/0");
        assertEquals("loss", loss.path("name").asText());
        assertEquals(52, loss.path("count").asInt());
        assertEquals(0.125, loss.path("last").asDouble());
        assertEquals(520, loss.at("/steps/51").asInt());
        // It was killed, and goes on from a checkpoint: the trainer writes the file anew without what came after it.
        Path shorter = run.resolve("shorter");
        Files.writeString(shorter, RunFixtures.line(10, 0.5));
        Files.move(shorter, log, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals(10, server.get(address).json().path("step").asInt());
        assertEquals(
                1, server.get(address + "/metrics").json().at("/data/0/count").asInt());
    }

    @Test
    void a_long_curve_is_shortened_without_losing_its_spikes_and_what_is_not_finite() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int step = 1; step <= 1000; step++) {
            String loss = step == 500 ? "99.0" : step > 990 ? "\"NaN\"" : "1.0";
            lines.append("{\"step\":" + step + ",\"loss\":" + loss + "}\n");
        }
        Files.writeString(Files.createDirectories(runs.resolve("a")).resolve("metrics.jsonl"), lines);
        listed("/v1/runs", 1);
        JsonNode loss = server.get("/v1/runs/a/metrics?points=100").json().at("/data/0");
        assertEquals(100, loss.path("values").size());
        assertEquals(99, loss.at("/high/49").asDouble());
        assertEquals(1, loss.at("/low/49").asDouble());
        assertEquals(10.8, loss.at("/values/49").asDouble(), 1e-6);
        assertTrue(loss.at("/values/99").isNull());
        assertTrue(loss.path("last").isNull());
        assertEquals(10, loss.path("not_finite").asInt());
        assertEquals(400, server.get("/v1/runs/a/metrics?points=1").status());
        assertTrue(server.get("/v1/runs/a/metrics?from=1").body().contains("'from'"));
    }

    @Test
    void damaged_files_are_told_and_the_rest_is_shown() throws IOException {
        Path run = Files.createDirectories(runs.resolve("damaged"));
        Files.writeString(
                run.resolve("metrics.jsonl"), RunFixtures.line(10, 0.5) + "garbage\n[1]\n" + RunFixtures.line(20, 0.4));
        Files.writeString(run.resolve("recipe.yaml"), "steps: [1\nbatch");
        Files.createDirectories(run.resolve("run.log"));
        RunFixtures.metrics(runs.resolve("whole"), 20);
        RunFixtures.report(runs.resolve("eval/good"), "m", 4, 3);
        Path eval = runs.resolve("eval");
        Files.writeString(Files.createDirectories(eval.resolve("torn")).resolve("report.json"), "{\"schema\":1,");
        Files.writeString(
                Files.createDirectories(eval.resolve("newer")).resolve("report.json"),
                "{\"schema\": 7, \"suite\": \"s\"}");
        Files.writeString(Files.createDirectories(eval.resolve("other")).resolve("report.json"), "[]");
        JsonNode list = listed("/v1/runs", 2);
        JsonNode damaged = list.path("data").get(list.at("/data/0/id").asText().equals("damaged") ? 0 : 1);
        assertEquals(20, damaged.path("step").asInt());
        assertTrue(damaged.path("problems").toString().contains("2 of 4 lines cannot be read, the first is line 2"));
        assertTrue(damaged.path("problems").toString().contains("recipe.yaml is damaged"));
        JsonNode evaluations = listed("/v1/evaluations", 4);
        evaluations.path("data").forEach(one -> {
            String expected = switch (one.path("id").asText()) {
                case "eval:torn" -> "damaged";
                case "eval:newer" -> "format is 7";
                case "eval:other" -> "no report";
                default -> "";
            };
            assertTrue(one.path("problem").asText("").contains(expected), one.toString());
        });
        assertEquals(200, server.get("/v1/evaluations/eval:torn").status());
        assertEquals(200, server.get("/v1/evaluations/eval:good").status());
    }

    @Test
    void a_report_comes_with_its_pictures_and_its_page_which_runs_no_script() throws IOException {
        RunFixtures.report(runs.resolve("eval/one"), "stipple-128", 4, 3);
        JsonNode listed = listed("/v1/evaluations", 1).at("/data/0");
        assertEquals("composition", listed.path("suite").asText());
        assertEquals(0.75, listed.at("/figures/0/value").asDouble());
        JsonNode report = server.get("/v1/evaluations/eval:one").json();
        assertEquals(4, report.path("items").size());
        assertEquals(Long.MAX_VALUE, report.at("/items/0/seed").asLong());
        assertArrayEquals(
                Files.readAllBytes(runs.resolve("eval/one/pictures/a2.png")),
                server.bytes(report.at("/items/2/url").asText()));
        RunningServer.Answer page = server.get(report.path("page_url").asText());
        assertEquals(200, page.status());
        assertTrue(page.header("content-security-policy").startsWith("sandbox; default-src 'none'"));
        assertTrue(page.header("content-type").startsWith("text/html"));
    }

    @Test
    void nothing_outside_the_folders_is_ever_read() throws IOException {
        Path secret = Files.write(folder.resolve("secret.png"), TestPictures.png(16, 16));
        Files.createDirectories(folder.resolve("elsewhere"));
        RunFixtures.metrics(folder.resolve("elsewhere"), 10);
        Path run = runs.resolve("a");
        RunFixtures.metrics(run, 10);
        RunFixtures.sample(run, 10);
        Files.createSymbolicLink(run.resolve("samples/0000020.png"), secret);
        Files.createSymbolicLink(run.resolve("recipe.yaml"), secret);
        Files.createSymbolicLink(runs.resolve("linked"), folder.resolve("elsewhere"));
        Path eval = runs.resolve("eval");
        RunFixtures.report(eval, "m", 3, 3);
        String report = Files.readString(eval.resolve("report.json"));
        Files.createSymbolicLink(eval.resolve("pictures/link.png"), secret);
        Files.createSymbolicLink(eval.resolve("up"), folder);
        Files.writeString(
                eval.resolve("report.json"),
                report.replace("pictures/a0.png", "../../secret.png")
                        .replace("pictures/a1.png", "pictures/link.png")
                        .replace("pictures/a2.png", "up/secret.png"));
        JsonNode list = listed("/v1/runs", 1);
        assertTrue(list.path("problems").toString().contains("linked is not followed"), list.toString());
        assertEquals(1, list.at("/data/0/samples").size());
        assertEquals("", run("a").path("recipe").asText());
        JsonNode items = listed("/v1/evaluations", 1).at("/data/0/id");
        JsonNode report2 = server.get("/v1/evaluations/" + items.asText()).json();
        report2.path("items")
                .forEach(item -> assertEquals(
                        404,
                        server.get(item.path("url").asText()).status(),
                        item.path("url").asText()));
        String sample = list.at("/data/0/samples/0/url").asText();
        assertEquals(200, server.get(sample).status());
        assertEquals(
                403, server.get(sample.replaceFirst("ticket=..", "ticket=zz")).status());
        assertEquals(403, server.get(sample.replaceFirst("0000010", "0000020")).status());
        for (String path : List.of(
                "/v1/runs/..",
                "/v1/runs/..%2F..%2Felsewhere",
                "/v1/runs/elsewhere",
                "/v1/runs/a%2F..%2F..%2Felsewhere/metrics",
                "/v1/runs/a/samples/..%2Fmetrics.jsonl",
                "/v1/evaluations/..%2Fsecret.png",
                "/v1/evaluations/eval/picture?name=..%2F..%2Fsecret.png",
                "/v1/evaluations/eval/picture?name=%2Fetc%2Fpasswd")) {
            int status = server.get(path).status();
            assertTrue(List.of(400, 403, 404).contains(status), path + " answered " + status);
        }
    }

    @Test
    void what_a_client_has_is_not_sent_again_and_pictures_need_no_key() throws IOException {
        RunFixtures.metrics(runs.resolve("a"), 10);
        RunFixtures.words(runs.resolve("a"), "90 0 training starts", "80 10 all steps are done");
        RunFixtures.sample(runs.resolve("a"), 10);
        ServerOptions plain = ServerOptions.in(folder.resolve("keyed"));
        ServerOptions keyed = new ServerOptions(
                plain.host(),
                0,
                List.of("secret"),
                plain.origins(),
                plain.publicUrl(),
                plain.data(),
                plain.database(),
                plain.aliases(),
                plain.limits(),
                plain.connections(),
                plain.drain(),
                plain.lease(),
                List.of(runs));
        try (RunningServer guarded = RunningServer.start(keyed)) {
            assertEquals(401, guarded.get("/v1/runs").status());
            assertEquals(401, guarded.get("/v1/runs/a/metrics").status());
            assertEquals(401, guarded.get("/v1/evaluations").status());
            RunningServer.Answer list = guarded.get("/v1/runs", "Authorization", "Bearer secret");
            String sample = list.json().at("/data/0/samples/0/url").asText();
            assertEquals(200, guarded.get(sample).status());
            // The address is worth nothing on another server.
            assertEquals(403, server.get(sample).status());
            RunningServer.Answer again =
                    guarded.get("/v1/runs", "Authorization", "Bearer secret", "If-None-Match", list.header("etag"));
            assertEquals(304, again.status());
            assertFalse(list.header("etag").isEmpty());
        }
    }
}
