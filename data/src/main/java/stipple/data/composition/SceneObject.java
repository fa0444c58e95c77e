package stipple.data.composition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An object as it is drawn.
 *
 * @param shape what it is
 * @param colour its name in the palette
 * @param rgb the exact colour drawn, {@code 0xRRGGBB}
 * @param x centre from the left edge, as a part of the picture's width
 * @param y centre from the upper edge, as a part of the picture's height
 * @param size the longer side of its bounding box, as a part of the picture's side
 */
public record SceneObject(Shape shape, Colour colour, int rgb, double x, double y, double size) {
    /** Words of colour and shape, {@code red star}. */
    public String words() {
        return colour.word() + " " + shape.word();
    }

    /** The same in another palette colour, exactly. */
    public SceneObject recoloured(Colour other) {
        return new SceneObject(shape, other, other.rgb(), x, y, size);
    }

    /** The same, larger or smaller. */
    SceneObject ofSize(double other) {
        return new SceneObject(shape, colour, rgb, x, y, rounded(other));
    }

    /** The same somewhere else. */
    public SceneObject movedTo(double toX, double toY) {
        return new SceneObject(shape, colour, rgb, toX, toY, size);
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("shape", shape.word())
                .put("colour", colour.word())
                .put("rgb", String.format("%06x", rgb))
                .put("x", rounded(x))
                .put("y", rounded(y))
                .put("size", rounded(size));
    }

    static SceneObject of(JsonNode json) {
        return new SceneObject(
                Shape.ofWord(json.path("shape").asText()),
                Colour.ofWord(json.path("colour").asText()),
                Integer.parseInt(json.path("rgb").asText(), 16),
                json.path("x").asDouble(),
                json.path("y").asDouble(),
                json.path("size").asDouble());
    }

    /** A ten-thousandth of the picture is far below a pixel and keeps the files readable. */
    static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
