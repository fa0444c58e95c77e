package stipple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.image.ImageDecoder;
import stipple.testing.TinyModel;

/** {@code stipple serve} as a process of its own, from its first line to its end by a signal. */
class ServeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temp;

    @Test
    void a_server_says_where_it_is_draws_and_ends_on_a_signal_when_it_has_finished_its_work() throws Exception {
        // Large pictures, so that what is drawn is still being drawn when it is looked at.
        Path model = TinyModel.write(temp.resolve("tiny"), 1, 256);
        Path runs = temp.resolve("runs");
        Files.createDirectories(runs.resolve("one"));
        Files.writeString(runs.resolve("one/metrics.jsonl"), "{\"step\":5,\"loss\":0.5}\n");
        try (Serving server = Serving.start(
                temp, "--model", model.toString(), "--model-alias", "gpt-image-1", "--runs", runs.toString())) {
            assertEquals(5, server.get("v1/runs").at("/data/0/step").asInt());
            assertEquals("tiny, ", server.line("model").substring(0, 6));
            assertTrue(server.line("API").startsWith(server.base() + "v1"), server.said.toString());
            assertTrue(server.line("runs").matches("float32 on cpu, \\d+ threads"), server.said.toString());
            assertTrue(server.line("memory").matches("\\d+\\.\\d GB in use"), server.said.toString());
            HttpResponse<String> drawn = server.post(
                    "v1/images/generations", "{\"prompt\": \"a pear\", \"model\": \"gpt-image-1\", \"seed\": 4}");
            assertEquals(200, drawn.statusCode(), drawn.body());
            byte[] png = JSON.readTree(drawn.body()).at("/data/0/b64_json").binaryValue();
            Path same = temp.resolve("same.png");
            Cli.run("generate", "a pear", "--model", model, "-s", 4, "-o", same).succeeded();
            assertArrayEquals(
                    ImageDecoder.read(same).rgb(),
                    ImageDecoder.decode("answer", png).rgb());

            Cli idle = Cli.run("ps", "--server", server.base()).succeeded();
            assertTrue(idle.out().endsWith("nothing to draw\n"), idle.out());
            String job = JSON.readTree(server.post("v1/jobs", "{\"prompt\": \"a fig\", \"n\": 10, \"steps\": 1000}")
                            .body())
                    .path("id")
                    .asText();
            while (server.get("v1/jobs?state=generating").path("data").isEmpty()) {
                Thread.sleep(10);
            }
            Cli ps = Cli.run("ps", "--server", server.base()).succeeded();
            assertTrue(ps.out().startsWith("tiny  float32 on cpu  at " + server.base()), ps.out());
            assertTrue(
                    ps.out().lines().skip(1).findFirst().orElseThrow().matches("\\S+  \\d+ % drawn.*  a fig"),
                    ps.out());
            JsonNode told = JSON.readTree(Cli.run("ps", "--json", "--server", server.base())
                    .succeeded()
                    .out());
            assertEquals(1, told.path("generating").asInt());
            assertEquals("a fig", told.at("/jobs/0/parameters/prompt").asText());
            server.post("v1/jobs/" + job + "/cancel", "{}");
            while (!server.get("v1/jobs?state=generating").path("data").isEmpty()) {
                Thread.sleep(10);
            }

            CompletableFuture<HttpResponse<String>> call = CompletableFuture.supplyAsync(
                    () -> server.post("v1/images/generations", "{\"prompt\": \"a pear\", \"n\": 2, \"steps\": 600}"));
            while (server.get("v1/jobs?state=generating").path("data").isEmpty()) {
                Thread.sleep(10);
            }
            // Not process.destroy(), which also closes what the process says.
            server.process.toHandle().destroy();
            while (server.status("health/ready") == 200) {
                Thread.sleep(5);
            }
            assertEquals(200, server.status("health/live"));
            HttpResponse<String> refused = server.post("v1/jobs", "{\"prompt\": \"another\"}");
            assertEquals(503, refused.statusCode(), refused.body());
            assertTrue(refused.headers().firstValue("Retry-After").isPresent(), "no Retry-After");
            HttpResponse<String> finished = call.join();
            assertEquals(200, finished.statusCode(), finished.body());
            assertEquals(2, JSON.readTree(finished.body()).path("data").size());
            assertTrue(server.process.waitFor(60, TimeUnit.SECONDS), "still running");
            assertEquals(0, server.process.exitValue(), () -> server.log(temp));
            assertEquals("stopped", server.lastLine());
        }
        for (String line : Files.readAllLines(temp.resolve("log"))) {
            assertTrue(JSON.readTree(line).has("event"), line);
        }
        assertTrue(Files.readString(temp.resolve("log")).contains("\"event\":\"draining\""));
    }

    @Test
    void what_cannot_be_served_is_refused_in_one_line() throws IOException {
        Path model = TinyModel.write(temp.resolve("tiny"), 1);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Cli.run("serve", "--model", model, "--data", temp.resolve("data"), "--port", taken.getLocalPort())
                    .refused(Integer.toString(taken.getLocalPort()), "--port");
        }
        Cli.run("serve", "--model", model, "--queue", 0).refused("--queue", "at least 1");
        Cli.run("serve", "--model", model, "--drain", -1).refused("--drain");
        Cli.run("serve", "--model", model, "--runs", temp.resolve("absent")).refused("--runs", "absent");
        Cli.run("serve", "--model", model, "--api-key-file", temp.resolve("nosuch"))
                .refused("nosuch");
        Cli.run("serve", "--model", temp.resolve("nosuch")).refused("nosuch");
        Cli.run("serve", "--model", model, "--log", "loud").refused("loud");
        Cli.run("ps", "--server", "http://127.0.0.1:1")
                .refused("No server answers at http://127.0.0.1:1", "stipple serve");
        Cli.run("ps", "--server", "not an address").refused("--server", "not an address");
    }

    /** A server in a process of its own. */
    private static final class Serving implements AutoCloseable {
        private final HttpClient client = HttpClient.newHttpClient();
        private final Process process;
        private final BufferedReader out;
        private final List<String> said = new ArrayList<>();

        private Serving(Process process) throws IOException {
            this.process = process;
            this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
            String line = out.readLine();
            while (line != null) {
                said.add(line);
                // The last of those that are said at the start.
                line = line.startsWith("jobs") ? null : out.readLine();
            }
        }

        static Serving start(Path folder, String... options) throws IOException {
            List<String> args = new ArrayList<>(List.of("serve", "--port", "0", "--log", "json", "--threads", "1"));
            args.addAll(List.of("--data", folder.resolve("data").toString()));
            args.addAll(List.of(options));
            return new Serving(CliProcess.of(args)
                    .redirectError(folder.resolve("log").toFile())
                    .start());
        }

        /** What was said about something. */
        String line(String about) {
            return said.stream()
                    .filter(line -> line.startsWith(about + " "))
                    .map(line -> line.substring(about.length()).strip())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("nothing about " + about + ": " + said));
        }

        String lastLine() throws IOException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
            }
            return said.getLast();
        }

        String log(Path folder) {
            try {
                return Files.readString(folder.resolve("log"));
            } catch (IOException unreadable) {
                return unreadable.toString();
            }
        }

        URI base() {
            return URI.create(line("page"));
        }

        int status(String path) {
            return send(HttpRequest.newBuilder(base().resolve(path)).GET()).statusCode();
        }

        JsonNode get(String path) throws IOException {
            return JSON.readTree(
                    send(HttpRequest.newBuilder(base().resolve(path)).GET()).body());
        }

        HttpResponse<String> post(String path, String json) {
            return send(HttpRequest.newBuilder(base().resolve(path))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(json)));
        }

        private HttpResponse<String> send(HttpRequest.Builder request) {
            try {
                return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException | InterruptedException failure) {
                throw new AssertionError(failure);
            }
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly().waitFor();
            client.close();
        }
    }
}
