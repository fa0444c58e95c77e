package stipple.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to a call.
 *
 * @param pictures in the order of their seeds
 * @param model that drew them
 * @param job under which the server keeps them
 * @param parameters every parameter as it was used
 * @param warnings about fields that had no effect
 */
public record Drawn(List<Picture> pictures, String model, String job, JsonNode parameters, List<String> warnings) {
    static Drawn of(JsonNode json) {
        String format = json.path("output_format").asText("png");
        List<Picture> pictures = new ArrayList<>();
        json.path("data").forEach(item -> pictures.add(Picture.of(item, format)));
        return of(json, pictures);
    }

    static Drawn of(JsonNode json, List<Picture> pictures) {
        List<String> warnings = new ArrayList<>();
        json.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        return new Drawn(
                List.copyOf(pictures),
                json.path("model").asText(),
                json.path("job").asText(),
                json.path("parameters"),
                List.copyOf(warnings));
    }

    /** The first or only one. */
    public Picture picture() {
        return pictures.getFirst();
    }
}
