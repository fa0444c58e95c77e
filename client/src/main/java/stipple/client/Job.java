package stipple.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A job as the server last told it.
 *
 * @param id secret enough to fetch its pictures
 * @param state {@code queued}, {@code generating}, {@code completed}, {@code cancelled} or {@code failed}
 * @param fraction drawn, from 0 to 1
 * @param pictures that are finished
 * @param failure why it failed
 * @param json everything that the server said
 */
public record Job(
        String id, String state, double fraction, List<Entry> pictures, Optional<String> failure, JsonNode json) {
    /**
     * A finished picture of a job.
     *
     * @param index in the job
     * @param seed that draws it again
     * @param format of the file
     */
    public record Entry(int index, long seed, String format) {
        static Entry of(JsonNode json) {
            return new Entry(
                    json.path("index").asInt(),
                    json.path("seed").asLong(),
                    json.path("format").asText());
        }
    }

    static Job of(JsonNode json) {
        List<Entry> pictures = new ArrayList<>();
        json.path("pictures").forEach(picture -> pictures.add(Entry.of(picture)));
        return new Job(
                json.path("id").asText(),
                json.path("state").asText(),
                json.at("/progress/fraction").asDouble(),
                List.copyOf(pictures),
                Optional.of(json.at("/error/message").asText()).filter(message -> !message.isEmpty()),
                json);
    }

    /** Whether nothing more happens. */
    public boolean over() {
        return !state.equals("queued") && !state.equals("generating");
    }

    /** Whether it was drawn to the end. */
    public boolean completed() {
        return state.equals("completed");
    }
}
