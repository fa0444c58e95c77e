package stipple.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import stipple.model.load.LoadOptions;
import stipple.server.draw.ServedModel;
import stipple.server.log.EventLog;
import stipple.testing.TinyModel;
import stipple.torch.DType;
import stipple.torch.Torch;

/** A real server with a tiny random model on a free port, and a client for it. */
final class RunningServer implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Models by the side of their pictures, each loaded once for all tests; the process ends with them. */
    private static final Map<Integer, ServedModel> MODELS = new ConcurrentHashMap<>();

    private final StringWriter log = new StringWriter();
    private final StippleServer server;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final URI base;

    private RunningServer(ServerOptions options, ServedModel model) {
        server = StippleServer.start(
                options.withPort(0), model, new EventLog(new PrintWriter(log), EventLog.Format.JSON));
        base = URI.create("http://127.0.0.1:" + server.port());
    }

    private static ServedModel load(int side) {
        try {
            Path folder = java.nio.file.Files.createTempDirectory("tiny-model");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            // The model is so small that threads would only wait for each other.
            Torch.threads(1);
            TinyModel.write(folder, 1, side);
            return ServedModel.load(folder, LoadOptions.of(DType.F32), "tiny");
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static void delete(Path folder) {
        try (var files = java.nio.file.Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException leftBehind) {
            // A temporary folder.
        }
    }

    static RunningServer start(Path data) {
        return start(ServerOptions.in(data));
    }

    static RunningServer start(ServerOptions options) {
        return start(options, served());
    }

    static RunningServer start(ServerOptions options, ServedModel model) {
        return new RunningServer(options, model);
    }

    static ServedModel served() {
        return served(64);
    }

    /** A model of larger pictures, which take longer: see {@link TinyModel#write(Path, long, int)}. */
    static ServedModel served(int side) {
        return MODELS.computeIfAbsent(side, RunningServer::load);
    }

    StippleServer server() {
        return server;
    }

    URI base() {
        return base;
    }

    /** What the server logged so far. */
    String log() {
        return log.toString();
    }

    /** An answer. */
    record Answer(int status, String body, Map<String, List<String>> headers) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException broken) {
                throw new AssertionError("not JSON: " + body, broken);
            }
        }

        String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }
    }

    Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer post(String path, JsonNode body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    /** Posts fields given as names and values in turn. */
    Answer draw(String path, Object... namesAndValues) {
        return post(path, fields(namesAndValues));
    }

    static ObjectNode fields(Object... namesAndValues) {
        ObjectNode json = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.set((String) namesAndValues[i], JSON.valueToTree(namesAndValues[i + 1]));
        }
        return json;
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(), response.body(), response.headers().map());
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    byte[] bytes(String path) {
        try {
            HttpResponse<byte[]> response =
                    client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new AssertionError(path + " answered " + response.statusCode());
            }
            return response.body();
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        path.startsWith("http") ? URI.create(path) : base.resolve(path))
                .timeout(Duration.ofSeconds(60));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    /** Waits until so many jobs are drawn at the same time. */
    void awaitDrawing(int jobs) {
        for (int i = 0; i < 1500; i++) {
            if (get("/v1/jobs?state=generating").json().path("data").size() >= jobs) {
                return;
            }
            pause(20);
        }
        throw new AssertionError(
                "not drawing " + jobs + " jobs: " + get("/v1/jobs").body());
    }

    /** Waits until a job is over. */
    JsonNode finished(String id) {
        for (int i = 0; i < 600; i++) {
            JsonNode job = get("/v1/jobs/" + id).json();
            if (!List.of("queued", "generating").contains(job.path("state").asText())) {
                return job;
            }
            pause(50);
        }
        throw new AssertionError("still not over: " + get("/v1/jobs/" + id).body());
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
