package stipple.train.reward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.model.http.Backoff;
import stipple.torch.UserException;

/**
 * Asks a server. It gets {@code {"pictures": [{"prompt": "...", "png": "base64"}]}} by POST and answers
 * {@code {"scores": [0.5]}}.
 *
 * <p><b>How it is gamed:</b> as whatever stands behind it. Preference models like texture, saturation and one pretty face
 * for all seeds; judges that read text like pictures of text. Watch a score from another family with weight 0. A server
 * whose answers differ from one call to the next also ends exact resuming.
 */
final class HttpReward implements Reward {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15));

    private final URI uri;
    private final Duration timeout;
    private final int tries;
    private final HttpClient client;

    private HttpReward(Options options) {
        String url = options.text("url");
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw refusal(url);
        }
        if (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme())) {
            throw refusal(url);
        }
        timeout = Duration.ofMillis((long) (1000 * options.number("timeout", 60, 0.01, 3600)));
        tries = (int) options.number("tries", 3, 1, 20);
        client = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    private static UserException refusal(String url) {
        return new UserException(
                "The option 'url' of the reward 'http' must be an http or https address, got '" + url + "'");
    }

    /** Makes this reward. */
    static final class Provider implements RewardProvider {
        @Override
        public String kind() {
            return "http";
        }

        @Override
        public Reward open(Map<String, String> options) {
            return new HttpReward(new Options(kind(), options, Set.of("url", "timeout", "tries")));
        }
    }

    /**
     * Asks once for all pictures, and again after a pause if the server is busy or not there.
     *
     * @throws UserException if it stays so, or the answer is none
     */
    @Override
    public double[] scores(List<Judged> pictures) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(pictures)))
                .build();
        String failure = "";
        for (int attempt = 0; attempt < tries; attempt++) {
            pause(attempt);
            try {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return read(answer.body(), pictures.size());
                }
                failure = "status " + answer.statusCode();
                if (!Backoff.passing(answer.statusCode())) {
                    break;
                }
            } catch (IOException e) {
                failure = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UserException("The reward at " + uri + " was interrupted", e);
            }
        }
        throw new UserException("The reward at " + uri + " does not answer (" + failure + "); start its server and run"
                + " this again to go on from the last checkpoint");
    }

    private static void pause(int attempt) {
        if (attempt == 0) {
            return;
        }
        try {
            Thread.sleep(BACKOFF.after(attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String body(List<Judged> pictures) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode list = root.putArray("pictures");
        for (Judged judged : pictures) {
            Pixels pixels = new Pixels(
                    judged.picture().width(),
                    judged.picture().height(),
                    judged.picture().rgb());
            list.addObject()
                    .put("prompt", judged.prompt())
                    .put("png", Base64.getEncoder().encodeToString(PngEncoder.encode(pixels)));
        }
        return root.toString();
    }

    private double[] read(String text, int wanted) throws IOException {
        JsonNode scores = JSON.readTree(text).path("scores");
        double[] values = new double[scores.size()];
        for (int i = 0; i < values.length; i++) {
            if (!scores.get(i).isNumber()) {
                throw new UserException("The reward at " + uri + " gave " + scores.get(i) + " as a score");
            }
            values[i] = scores.get(i).doubleValue();
        }
        if (!scores.isArray() || values.length != wanted) {
            throw new UserException("The reward at " + uri + " gave " + values.length + " scores for " + wanted
                    + " pictures; it must answer {\"scores\": [...]}");
        }
        return values;
    }

    @Override
    public void close() {
        client.close();
    }
}
