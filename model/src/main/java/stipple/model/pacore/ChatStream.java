package stipple.model.pacore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads a streamed chat answer: lines {@code data: {...}} of server-sent events, the last one {@code data: [DONE]}. */
final class ChatStream {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data:";

    private final StringBuilder text = new StringBuilder();
    private final Consumer<String> heard;
    private long promptTokens;
    private long tokens;
    private String finish;
    private boolean done;

    private ChatStream(Consumer<String> heard) {
        this.heard = heard;
    }

    /**
     * Reads to the end.
     *
     * @throws IOException if the stream ends before the answer does, or the server reports an error in it
     */
    static Trajectory read(InputStream in, Consumer<String> heard) throws IOException {
        ChatStream stream = new ChatStream(heard);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !stream.done) {
                if (line.startsWith(DATA)) {
                    stream.event(line.substring(DATA.length()).strip());
                }
                line = lines.readLine();
            }
        }
        if (stream.finish == null) {
            throw new IOException("the stream ended after " + stream.text.length() + " characters, before the answer");
        }
        return new Trajectory(
                stream.text.toString(), stream.promptTokens, stream.tokens, stream.finish.equals("length"));
    }

    private void event(String data) throws IOException {
        if (data.equals("[DONE]")) {
            done = true;
            return;
        }
        JsonNode json;
        try {
            json = JSON.readTree(data);
        } catch (JsonProcessingException e) {
            throw new IOException("the stream has an event that is not JSON", e);
        }
        if (json.hasNonNull("error")) {
            JsonNode error = json.get("error");
            throw new IOException(error.path("message").asText(error.toString()));
        }
        // Thinking that comes in a field of its own is counted by the server and is no part of any conclusion.
        JsonNode choice = json.path("choices").path(0);
        String piece = choice.path("delta").path("content").asText("");
        if (!piece.isEmpty()) {
            text.append(piece);
            heard.accept(piece);
        }
        if (choice.hasNonNull("finish_reason")) {
            finish = choice.get("finish_reason").asText();
        }
        JsonNode usage = json.path("usage");
        promptTokens = Math.max(promptTokens, usage.path("prompt_tokens").asLong(0));
        tokens = Math.max(tokens, usage.path("completion_tokens").asLong(0));
    }
}
