package stipple.model.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.Optional;
import stipple.torch.UserException;

/**
 * After which rows a picture is decoded while it is drawn. A number of previews is a promise: each comes, however fast the
 * picture is drawn and whoever else draws. {@linkplain #EVERY_ROW Every row} is a wish: in company, and for a listener that
 * is slow, newer rows replace older ones.
 *
 * @param count previews per picture, spread evenly over the rows that are drawn; at most one per row but the last
 */
public record Previews(int count) {
    /** Only the finished picture. */
    public static final Previews NONE = new Previews(0);

    /** Every row, as far as time permits. */
    public static final Previews EVERY_ROW = new Previews(Integer.MAX_VALUE);

    /** Checks the count. */
    public Previews {
        if (count < 0) {
            throw new UserException("The previews must be 0 or more per picture, got " + count);
        }
    }

    /** Whether newer rows may replace older ones. */
    public boolean replaceable() {
        return this.equals(EVERY_ROW);
    }

    /**
     * Whether a row is shown once it is drawn.
     *
     * @param row rows that are there, from 1
     * @param kept rows that were there before drawing began
     * @param rows rows of the picture
     */
    boolean after(int row, int kept, int rows) {
        int drawn = rows - kept;
        long shown = Math.min(count, drawn - 1);
        // A row is shown where the share that is due, rounded down, rises by one.
        return row < rows && due(row - kept, shown, drawn) > due(row - kept - 1, shown, drawn);
    }

    /** Previews due after some rows: the first of n comes after at least 1/(n+1) of the rows. */
    private static long due(int row, long shown, int drawn) {
        return Math.min(shown, row * (shown + 1) / drawn);
    }

    /** {@code true} for every row, {@code false} for none, otherwise the count. */
    JsonNode json() {
        return replaceable() ? BooleanNode.TRUE : count == 0 ? BooleanNode.FALSE : IntNode.valueOf(count);
    }

    /** What {@link #json()} wrote, or nothing if it is something else. */
    static Optional<Previews> of(JsonNode json) {
        if (json.isBoolean()) {
            return Optional.of(json.booleanValue() ? EVERY_ROW : NONE);
        }
        return json.isInt() ? Optional.of(new Previews(json.intValue())) : Optional.empty();
    }
}
