package stipple.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What to draw. Fields that are not set have the default of the server's model; the server refuses values it cannot use, by
 * name.
 */
public final class PictureRequest {
    private final Map<String, Object> fields;

    private PictureRequest(Map<String, Object> fields) {
        this.fields = Collections.unmodifiableMap(fields);
    }

    /** Draws a text. */
    public static PictureRequest of(String prompt) {
        return new PictureRequest(Map.of("prompt", prompt));
    }

    /** Several pictures; picture <i>i</i> has the seed {@code seed + i}. */
    public PictureRequest n(int pictures) {
        return with("n", pictures);
    }

    /** Size in pixels, one of those the model knows. */
    public PictureRequest size(int width, int height) {
        return with("size", width + "x" + height);
    }

    /** The seed; the same one gives the same picture. */
    public PictureRequest seed(long seed) {
        return with("seed", seed);
    }

    /** Evaluations of the flow head per token. */
    public PictureRequest steps(int steps) {
        return with("steps", steps);
    }

    /** Guidance towards the prompt. */
    public PictureRequest cfg(double scale) {
        return with("cfg", scale);
    }

    /** What to keep away from. */
    public PictureRequest negative(String text) {
        return with("negative", text);
    }

    /** {@code png}, {@code jpeg} or {@code webp}. */
    public PictureRequest format(String format) {
        return with("output_format", format);
    }

    /**
     * Any field of the API by its name, as documented in the server's {@code /openapi.json}.
     *
     * @param value a text, a number or a flag; null removes the field
     */
    public PictureRequest with(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(fields);
        if (value == null) {
            more.remove(field);
        } else {
            more.put(field, value);
        }
        return new PictureRequest(more);
    }

    /** A picture to edit, as the bytes of a PNG, JPEG or WebP file. */
    public PictureRequest image(byte[] file) {
        return with("image", Base64.getEncoder().encodeToString(file));
    }

    /**
     * A picture whose beginning is kept while the rest is drawn.
     *
     * @param file the bytes of a PNG, JPEG or WebP file
     * @param rows rows of tokens to keep
     */
    public PictureRequest continueFrom(byte[] file, int rows) {
        return with("continue_from", Base64.getEncoder().encodeToString(file)).with("rows", rows);
    }

    /** Whether a picture is edited. */
    public boolean edits() {
        return fields.containsKey("image");
    }

    /** As the server reads it. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        fields.forEach((name, value) -> json.set(name, Json.MAPPER.valueToTree(value)));
        return json;
    }
}
