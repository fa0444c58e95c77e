package stipple.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Requests and the patience for a full queue; a refusal by 429 or 503 was not accepted, so sending it again is safe. */
final class Transport implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MOST_SECONDS = 60;

    private final URI base;
    private final String key;
    private final Duration timeout;
    private final int attempts;
    private final HttpClient http;

    /**
     * Requests to a server.
     *
     * @param key sent as a bearer token, none for null
     * @param timeout until an answer begins
     * @param attempts how often a request is sent while the server is full
     */
    Transport(URI base, String key, Duration timeout, int attempts) {
        this.base = base;
        this.key = key;
        this.timeout = timeout;
        this.attempts = attempts;
        this.http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    }

    JsonNode json(String method, String path, JsonNode body) {
        return Json.parse(new String(bytes(method, path, body), UTF_8));
    }

    byte[] bytes(String method, String path, JsonNode body) {
        try (InputStream answer = open(method, path, body)) {
            return answer.readAllBytes();
        } catch (IOException broken) {
            throw new StippleException("The connection to " + base + " broke: " + reason(broken), broken);
        }
    }

    /** Sends a request; the body of a successful answer. */
    InputStream open(String method, String path, JsonNode body) {
        for (int attempt = 1; ; attempt++) {
            HttpResponse<InputStream> response = send(method, path, body);
            int status = response.statusCode();
            if (status >= 200 && status < 300) {
                return response.body();
            }
            StippleException refusal = refusal(response);
            if ((status != 429 && status != 503) || attempt >= attempts) {
                throw refusal;
            }
            pause(response);
        }
    }

    private HttpResponse<InputStream> send(String method, String path, JsonNode body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(timeout)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException failure) {
            throw new StippleException("No answer from " + base + ": " + reason(failure), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StippleException("Interrupted while waiting for " + base, interrupted);
        }
    }

    private static StippleException refusal(HttpResponse<InputStream> response) {
        int status = response.statusCode();
        try (InputStream body = response.body()) {
            return StippleException.of(status, Json.parse(new String(body.readAllBytes(), UTF_8)));
        } catch (IOException | StippleException noReason) {
            StippleException plain = new StippleException(status, "The server answered status " + status, "", "");
            plain.addSuppressed(noReason);
            return plain;
        }
    }

    private static void pause(HttpResponse<?> response) {
        long seconds = response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(Long::parseLong)
                .orElse(1L);
        try {
            Thread.sleep(Duration.ofSeconds(Math.clamp(seconds, 1, MOST_SECONDS)));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StippleException("Interrupted while the server was full", interrupted);
        }
    }

    private static String reason(IOException failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    @Override
    public void close() {
        http.close();
    }
}
