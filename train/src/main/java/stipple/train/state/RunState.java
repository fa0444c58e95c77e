package stipple.train.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code state.json} of a checkpoint says. Everything random is a function of the seed and the step, so there is no
 * generator state to keep.
 *
 * @param step steps done
 * @param samples pictures seen; -1 in checkpoints that were written before they were counted
 * @param best the best evaluation so far, or null
 * @param files the checkpoint's other files; empty in checkpoints that were written before they were listed
 */
public record RunState(long step, long samples, Best best, Map<String, FileMark> files) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The best evaluation of a run.
     *
     * @param figure its name
     * @param value its value
     * @param step when it was reached
     */
    public record Best(String figure, double value, long step) {}

    /** Keeps the map as it is now. */
    public RunState {
        files = Map.copyOf(files);
    }

    /** The content of {@code state.json}. */
    byte[] json() {
        ObjectNode node = JSON.createObjectNode().put("step", step).put("samples", samples);
        if (best != null) {
            node.putObject("best")
                    .put("figure", best.figure())
                    .put("value", best.value())
                    .put("step", best.step());
        }
        ObjectNode list = node.putObject("files");
        files.keySet().stream()
                .sorted()
                .forEach(name -> list.putObject(name)
                        .put("bytes", files.get(name).bytes())
                        .put("crc32c", files.get(name).crc32c()));
        return node.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads {@code state.json}; empty if the text is not one. */
    static Optional<RunState> parse(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            if (!json.path("step").isIntegralNumber()) {
                return Optional.empty();
            }
            Map<String, FileMark> files = new LinkedHashMap<>();
            json.path("files")
                    .properties()
                    .forEach(e -> files.put(
                            e.getKey(),
                            new FileMark(
                                    e.getValue().path("bytes").asLong(),
                                    e.getValue().path("crc32c").asText())));
            JsonNode best = json.path("best");
            return Optional.of(new RunState(
                    json.path("step").asLong(),
                    json.path("samples").asLong(-1),
                    best.isObject()
                            ? new Best(
                                    best.path("figure").asText(),
                                    best.path("value").asDouble(),
                                    best.path("step").asLong())
                            : null,
                    files));
        } catch (JsonProcessingException torn) {
            return Optional.empty();
        }
    }
}
