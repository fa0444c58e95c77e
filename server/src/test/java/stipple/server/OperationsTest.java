package stipple.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.generate.GenerationRequest;
import stipple.server.draw.Drawer;
import stipple.server.draw.ServedModel;
import stipple.server.draw.WarmUp;
import stipple.torch.UserException;

/** Access, health, metrics, the log, and the end of a server. */
class OperationsTest {
    private static final String PATH = "/v1/images/generations";

    @TempDir
    Path data;

    private ServerOptions options(List<String> keys, List<String> origins, Duration drain) {
        ServerOptions plain = ServerOptions.in(data);
        return new ServerOptions(
                plain.host(),
                plain.port(),
                keys,
                origins,
                Optional.of(URI.create("https://pictures.example.org")),
                plain.data(),
                plain.database(),
                List.of("gpt-image-1"),
                plain.limits(),
                plain.connections(),
                drain,
                plain.lease(),
                plain.runs());
    }

    @Test
    void without_a_valid_key_nothing_is_drawn_or_told() {
        try (RunningServer server =
                RunningServer.start(options(List.of("secret", "other"), List.of(), Duration.ZERO))) {
            for (String header : List.of("", "Bearer wrong", "Bearer ", "secret")) {
                RunningServer.Answer answer =
                        server.post(PATH, RunningServer.fields("prompt", "a"), "Authorization", header);
                assertEquals(401, answer.status(), header);
                assertEquals("invalid_api_key", answer.json().at("/error/code").asText());
            }
            for (String path : List.of("/v1/jobs", "/v1/models", "/capabilities")) {
                assertEquals(401, server.get(path).status(), path);
            }
            RunningServer.Answer drawn = server.post(
                    PATH,
                    RunningServer.fields("prompt", "a", "response_format", "url", "model", "gpt-image-1"),
                    "Authorization",
                    "Bearer other");
            assertEquals(200, drawn.status(), drawn.body());
            String url = drawn.json().at("/data/0/url").asText();
            assertTrue(url.startsWith("https://pictures.example.org/v1/jobs/"), url);
            assertEquals(200, server.get(URI.create(url).getPath()).status(), "pages show pictures by address");
            assertEquals(200, server.get("/health/ready").status());
            assertFalse(server.log().contains("secret"), "keys are not logged");
        }
    }

    @Test
    void pages_of_other_sites_need_to_be_allowed() {
        try (RunningServer server =
                RunningServer.start(options(List.of(), List.of("https://ok.example"), Duration.ZERO))) {
            RunningServer.Answer foreign = server.get("/v1/models", "Origin", "https://evil.example");
            assertEquals(403, foreign.status());
            assertEquals("", foreign.header("access-control-allow-origin"));
            RunningServer.Answer allowed = server.get("/v1/models", "Origin", "https://ok.example");
            assertEquals(200, allowed.status());
            assertEquals("https://ok.example", allowed.header("access-control-allow-origin"));
            assertEquals(
                    200,
                    server.get("/v1/models", "Origin", server.base().toString()).status());
            RunningServer.Answer asked = server.send(server.request(
                            PATH, "Origin", "https://ok.example", "Access-Control-Request-Headers", "authorization")
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
            assertEquals(204, asked.status());
            assertEquals("authorization", asked.header("access-control-allow-headers"));
        }
    }

    @Test
    void a_name_that_only_resolves_to_this_machine_is_not_this_machine() throws IOException {
        try (RunningServer server = RunningServer.start(data)) {
            String head = "GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
            assertTrue(RawClient.exchange(server.base(), head).startsWith("HTTP/1.1 403"), "a rebound name");
        }
    }

    @Test
    void metrics_count_what_happened() {
        try (RunningServer server = RunningServer.start(data)) {
            server.draw(PATH, "prompt", "a", "n", 2);
            server.draw(PATH, "prompt", "a", "nonsense", 1);
            String metrics = server.get("/metrics").body();
            for (String line : List.of(
                    "stipple_pictures_total{kind=\"generation\"} 2.0",
                    "stipple_image_tokens_total 32.0",
                    "stipple_jobs_total{state=\"completed\"} 1.0",
                    "stipple_errors_total{code=\"unknown_parameter\"} 1.0",
                    "stipple_queue_depth 0.0",
                    "stipple_http_request_duration_seconds_count{method=\"POST\",route=\"/v1/images/generations\",status=\"400\"} 1",
                    "stipple_queue_wait_seconds_bucket{le=\"+Inf\"} 1",
                    "stipple_first_row_seconds_count 1")) {
                assertTrue(metrics.contains(line), line + " is not in " + metrics);
            }
            double resident = Double.parseDouble(metrics.lines()
                    .filter(line -> line.startsWith("stipple_resident_memory_bytes "))
                    .findFirst()
                    .orElseThrow()
                    .split(" ")[1]);
            assertTrue(resident > 1e7, "resident " + resident);
        }
    }

    @Test
    void the_log_has_one_event_per_line_under_the_clients_request_id() throws IOException {
        try (RunningServer server = RunningServer.start(data)) {
            RunningServer.Answer answer =
                    server.post(PATH, RunningServer.fields("prompt", "a secret wish"), "X-Request-Id", "abc-1");
            assertEquals("abc-1", answer.header("x-request-id"));
            assertEquals(
                    200,
                    server.get("/v1/jobs/" + answer.json().path("job").asText(), "X-Request-Id", "bad id\t")
                            .status());
            assertTrue(server.log().lines().findFirst().orElseThrow().contains("warmed_up"), server.log());
            int found = 0;
            for (String line : server.log().lines().toList()) {
                JsonNode event = RunningServer.JSON.readTree(line);
                assertTrue(event.has("time") && event.has("level") && event.has("event"), line);
                found += event.path("request_id").asText().equals("abc-1") ? 1 : 0;
            }
            assertEquals(2, found, "the request and its job: " + server.log());
            assertFalse(server.log().contains("secret wish"), "prompts are not logged");
        }
    }

    @Test
    void draining_finishes_what_was_accepted_and_refuses_the_rest() throws InterruptedException {
        RunningServer server =
                RunningServer.start(options(List.of(), List.of(), Duration.ofSeconds(30)), RunningServer.served(512));
        CompletableFuture<RunningServer.Answer> call =
                CompletableFuture.supplyAsync(() -> server.draw(PATH, "prompt", "a", "steps", 300, "n", 4));
        server.awaitDrawing(1);
        Thread drain = Thread.ofVirtual().start(() -> {
            try {
                server.server().drain();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (server.get("/health/ready").status() == 200) {
            Thread.sleep(5);
        }
        RunningServer.Answer refused = server.draw(PATH, "prompt", "b");
        assertEquals(503, refused.status(), refused.body());
        assertEquals("shutting_down", refused.json().at("/error/code").asText());
        assertFalse(refused.header("retry-after").isEmpty());
        assertEquals(200, server.get("/health/live").status());
        RunningServer.Answer finished = call.join();
        assertEquals(200, finished.status(), finished.body());
        assertEquals(4, finished.json().path("data").size());
        drain.join();
        server.close();
    }

    @Test
    void what_a_drain_cannot_finish_is_answered_or_waits_for_the_next_start() throws InterruptedException {
        String id;
        CompletableFuture<RunningServer.Answer> call;
        ServedModel model = RunningServer.served(512);
        try (RunningServer server = RunningServer.start(options(List.of(), List.of(), Duration.ofMillis(200)), model)) {
            id = server.draw("/v1/jobs", "prompt", "a", "steps", 100, "n", 3, "seed", 1)
                    .json()
                    .path("id")
                    .asText();
            call = CompletableFuture.supplyAsync(() -> server.draw(PATH, "prompt", "a", "steps", 1000, "n", 10));
            server.awaitDrawing(2);
            server.server().drain();
        }
        assertEquals(503, call.join().status(), call.join().body());
        try (RunningServer again = RunningServer.start(ServerOptions.in(data), model)) {
            JsonNode job = again.finished(id);
            assertEquals("completed", job.path("state").asText(), job.toString());
            assertEquals(3, job.path("pictures").size());
            assertEquals(
                    1, again.get("/v1/jobs?state=cancelled").json().path("data").size());
        }
    }

    @Test
    void a_model_that_cannot_draw_is_not_served() {
        Drawer broken = new Drawer() {
            @Override
            public int slots() {
                return 1;
            }

            @Override
            public Handle submit(GenerationRequest request, Listener listener) {
                Thread.ofVirtual().start(() -> listener.failed(new IllegalStateException("no kernel")));
                return () -> {};
            }

            @Override
            public boolean alive() {
                return true;
            }

            @Override
            public void close() {}
        };
        IllegalStateException failure =
                assertThrows(IllegalStateException.class, () -> WarmUp.of(broken, RunningServer.served()));
        assertTrue(failure.getMessage().contains("no kernel"), failure.getMessage());
    }

    @Test
    void an_address_or_a_folder_in_use_is_told_in_one_line() throws IOException {
        try (RunningServer server = RunningServer.start(data);
                ServerSocket taken = new ServerSocket(0)) {
            UserException folder = assertThrows(UserException.class, () -> RunningServer.start(data));
            assertTrue(folder.getMessage().contains("Another server uses"), folder.getMessage());
            UserException port = assertThrows(
                    UserException.class,
                    () -> StippleServer.start(
                            ServerOptions.in(data.resolve("other")).withPort(taken.getLocalPort()),
                            RunningServer.served(),
                            null));
            assertTrue(port.getMessage().contains(Integer.toString(taken.getLocalPort())), port.getMessage());
            assertEquals(200, server.get("/health/live").status());
        }
    }
}
