package stipple.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The served OpenAPI document describes the server that serves it. */
class OpenApiTest {
    @TempDir
    static Path data;

    private static RunningServer server;
    private static JsonNode document;
    private static String job;

    @BeforeAll
    static void start() throws IOException {
        Path runs = data.resolve("runs");
        RunFixtures.recipe(runs.resolve("a"), 100);
        RunFixtures.metrics(runs.resolve("a"), 50);
        RunFixtures.sample(runs.resolve("a"), 50);
        RunFixtures.report(runs.resolve("b"), "tiny", 2, 1);
        server = RunningServer.start(ServerOptions.in(data).withRuns(List.of(runs)));
        document = server.get("/openapi.json").json();
        job = server.draw("/v1/jobs", "prompt", "a").json().path("id").asText();
        server.finished(job);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String filled(String pattern) {
        return pattern.replace("{id}", job)
                .replace("{file}", "0.png")
                .replace("{index}", "9")
                .replace("{model}", "tiny")
                .replace("{run}", "a")
                .replace("{evaluation}", "b");
    }

    @Test
    void every_documented_route_answers_with_a_documented_status_and_shape() {
        List<String> wrong = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    String method = operation.getKey().toUpperCase(Locale.ROOT);
                    if (method.equals("DELETE") && path.getKey().endsWith("{id}")) {
                        return; // The job is needed for the others.
                    }
                    boolean body = operation.getValue().has("requestBody");
                    HttpRequest.Builder request = server.request(filled(path.getKey()))
                            .header("Content-Type", "application/json")
                            .method(
                                    method,
                                    body
                                            ? HttpRequest.BodyPublishers.ofString(example(path.getKey()))
                                            : HttpRequest.BodyPublishers.noBody());
                    RunningServer.Answer answer = server.send(request);
                    JsonNode described = operation.getValue().path("responses").path(Integer.toString(answer.status()));
                    if (described.isMissingNode()) {
                        wrong.add(method + " " + path.getKey() + " answered " + answer.status() + " " + answer.body());
                        return;
                    }
                    JsonNode schema = described.at("/content/application~1json/schema");
                    if (!schema.isMissingNode()) {
                        SchemaCheck.problems(document, schema, answer.json(), path.getKey())
                                .forEach(wrong::add);
                    }
                }));
        assertEquals(List.of(), wrong);
    }

    private static String example(String path) {
        String image = java.util.Base64.getEncoder().encodeToString(TestPictures.png(64, 64));
        return (path.endsWith("edits")
                        ? RunningServer.fields("prompt", "a", "image", image)
                        : RunningServer.fields("prompt", "a", "moderation", "low"))
                .toString();
    }

    @Test
    void other_methods_are_refused_and_tell_which_are_taken() {
        document.path("paths").properties().forEach(path -> {
            RunningServer.Answer answer = server.send(
                    server.request(filled(path.getKey())).method("PUT", HttpRequest.BodyPublishers.noBody()));
            assertEquals(405, answer.status(), path.getKey() + ": " + answer.body());
            assertTrue(
                    answer.header("allow")
                            .contains(path.getValue().properties().stream()
                                    .findFirst()
                                    .orElseThrow()
                                    .getKey()
                                    .toUpperCase(Locale.ROOT)),
                    path.getKey());
        });
        assertEquals(404, server.get("/v1/nothing").status());
    }

    @Test
    void errors_have_the_documented_shape() {
        for (String path : List.of("/v1/nothing", "/v1/jobs/" + "0".repeat(32), "/v1/models/other")) {
            RunningServer.Answer answer = server.get(path);
            JsonNode schema = document.at("/components/schemas/Error");
            assertEquals(List.of(), SchemaCheck.problems(document, schema, answer.json(), path));
            assertNotEquals("", answer.header("x-request-id"));
        }
    }

    @Test
    void capabilities_tell_the_fields_defaults_and_limits_that_hold() {
        JsonNode capabilities = server.get("/capabilities").json();
        assertEquals("64x64", capabilities.at("/sizes/default").asText());
        assertEquals(3, capabilities.at("/parameters/generation/steps/default").asInt());
        assertEquals(10, capabilities.at("/limits/pictures_per_request").asInt());
        assertEquals("tiny", server.get("/v1/models").json().at("/data/0/id").asText());
        JsonNode echoed =
                server.draw("/v1/images/generations", "prompt", "a").json().path("parameters");
        capabilities.at("/parameters/generation").properties().forEach(field -> {
            JsonNode value = field.getValue().path("default");
            JsonNode used = echoed.path(field.getKey());
            if (!value.isMissingNode()
                    && !used.isMissingNode()
                    && !field.getKey().equals("size")) {
                assertEquals(value.asText(), used.asText(), field.getKey());
            }
        });
    }
}
