package stipple.data.words;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import stipple.data.palette.NamedColour;

/**
 * A text as it is drawn.
 *
 * @param kind what it is
 * @param lines one line or two, top to bottom, exactly as written
 * @param face the font
 * @param colour the letters' colour, by name
 * @param rgb the exact colour drawn, {@code 0xRRGGBB}
 * @param ground the colour behind them
 * @param size longer side of the text's bounding box relative to the largest that fits, in (0, 1]
 * @param x where the text stands between the left (0) and the right (1) margin
 * @param y where it stands between the upper (0) and the lower (1) margin
 * @param degrees how far it is turned, clockwise
 */
public record Lettering(
        Kind kind,
        List<String> lines,
        Typeface face,
        NamedColour colour,
        int rgb,
        NamedColour ground,
        double size,
        double x,
        double y,
        double degrees) {
    /** Copies the lines. */
    public Lettering {
        lines = List.copyOf(lines);
    }

    /** What a text is; the class of a sample. */
    public enum Kind {
        /** A word. */
        WORD("word"),
        /** Two words. */
        TWO_WORDS("two_words"),
        /** A number of one to four digits. */
        NUMBER("number"),
        /** A letter. */
        LETTER("letter");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        /** The name in files. */
        public String id() {
            return id;
        }
    }

    /** The whole text on one line. */
    public String text() {
        return String.join(" ", lines);
    }

    /** What is drawn, for judges. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("text", text());
        lines.forEach(json.putArray("lines")::add);
        return json.put("colour", colour.word())
                .put("rgb", String.format("%06x", rgb))
                .put("ground", ground.word())
                .put("style", face.style().word())
                .put("bold", face.isBold())
                .put("degrees", degrees);
    }
}
