package stipple.model.pacore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import stipple.model.http.Backoff;
import stipple.torch.UserException;

/**
 * Samples answers by {@code POST /chat/completions} with streaming. Overloaded servers (429, 5xx), broken connections and
 * broken streams are tried again after a pause, for as long as the server asks if it says so; a request that the server
 * refuses otherwise ends all the work, as the next one would be refused too.
 */
public final class ChatEndpoint implements Trajectories, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int SHOWN = 200;

    /** Chat servers answer this when they lose a race for their own resources. */
    private static final int CONFLICT = 409;

    private final ChatSettings settings;
    private final URI uri;
    private final HttpClient client;

    /** Opens nothing before the first answer is asked for. */
    public ChatEndpoint(ChatSettings settings) {
        this.settings = settings;
        this.uri = URI.create(settings.base() + "/chat/completions");
        // Servers without HTTP/2 often stumble over the offer to change to it.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    @Override
    public String identity() {
        return settings.base() + " " + settings.model() + " " + settings.sampling() + " " + settings.sendSeed();
    }

    @Override
    public Trajectory sample(TrajectoryRequest asked, Consumer<String> heard)
            throws FailedTrajectory, InterruptedException {
        HttpRequest request = request(asked);
        String reason = "";
        AtomicBoolean begun = new AtomicBoolean();
        for (int attempt = 0; attempt <= settings.retries(); attempt++) {
            Optional<Duration> wanted = Optional.empty();
            try {
                HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                if (answer.statusCode() == 200) {
                    if (begun.get()) {
                        heard.accept(null);
                    }
                    return read(answer.body(), piece -> {
                        begun.set(true);
                        heard.accept(piece);
                    });
                }
                reason = "status " + answer.statusCode() + message(answer.body());
                if (!Backoff.passing(answer.statusCode()) && answer.statusCode() != CONFLICT) {
                    throw new UserException("The endpoint " + uri + " refuses the request: " + reason);
                }
                wanted = Backoff.wanted(answer);
            } catch (IOException e) {
                reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            }
            if (attempt < settings.retries()) {
                Thread.sleep(pause(attempt + 1, wanted));
            }
        }
        throw new FailedTrajectory(uri + ": " + reason + ", " + (settings.retries() + 1) + " times");
    }

    private HttpRequest request(TrajectoryRequest asked) {
        ObjectNode body = JSON.createObjectNode().put("model", settings.model());
        ArrayNode messages = body.putArray("messages");
        asked.messages()
                .forEach(message ->
                        messages.addObject().put("role", message.role()).put("content", message.content()));
        body.put("temperature", settings.sampling().temperature())
                .put("top_p", settings.sampling().topP())
                .put("max_tokens", settings.sampling().maxTokens())
                .put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        if (settings.sendSeed()) {
            body.put("seed", asked.seed());
        }
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri)
                .timeout(settings.timeout())
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        if (!settings.key().isEmpty()) {
            builder.header("Authorization", "Bearer " + settings.key());
        }
        return builder.build();
    }

    /** Reads a stream for no longer than an answer may take: the client's own timeout ends with the headers. */
    private Trajectory read(InputStream body, Consumer<String> heard) throws IOException, InterruptedException {
        Thread watch = Thread.startVirtualThread(() -> {
            try {
                Thread.sleep(settings.timeout());
                body.close();
            } catch (InterruptedException | IOException e) {
                // The answer was complete in time, or the connection is gone already.
                Thread.currentThread().interrupt();
            }
        });
        try {
            return ChatStream.read(body, heard);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("interrupted while an answer was read");
            }
            throw e;
        } finally {
            watch.interrupt();
            body.close();
        }
    }

    /** Our own pause, or a longer one that the server asks for, up to a minute. */
    private Duration pause(int failures, Optional<Duration> wanted) {
        Duration own = new Backoff(settings.firstPause(), LONGEST_PAUSE).after(failures);
        Duration longer = wanted.filter(asked -> asked.compareTo(own) > 0).orElse(own);
        return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }

    /** The server's own words, cut. */
    private static String message(InputStream body) throws IOException {
        try (body) {
            String text = new String(body.readNBytes(10_000), StandardCharsets.UTF_8);
            String said = own(text).strip().replaceAll("\\s+", " ");
            return said.isEmpty() ? "" : ", " + said.substring(0, Math.min(SHOWN, said.length()));
        }
    }

    /** The message of an error in the usual form, else all of the text. */
    private static String own(String text) {
        try {
            JsonNode error = JSON.readTree(text).path("error");
            return error.isTextual() ? error.asText() : error.path("message").asText(text);
        } catch (JsonProcessingException e) {
            // A proxy's page, say.
            return text;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
