package stipple.train.reward;

import java.util.List;

/**
 * What a picture and its parts are worth.
 *
 * @param score of the whole, as {@link Reward#scores} gives it
 * @param parts boxes, such as objects
 * @param rest what lies outside of all of them, higher is better
 */
public record Located(double score, List<Part> parts, double rest) {
    /**
     * A box in shares of the picture's width and height.
     *
     * @param score higher is better
     */
    public record Part(double left, double top, double right, double bottom, double score) {}

    /** Copies the list. */
    public Located {
        parts = List.copyOf(parts);
    }
}
