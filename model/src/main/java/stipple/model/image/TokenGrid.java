package stipple.model.image;

import stipple.torch.UserException;

/**
 * An image's size in tokens.
 *
 * @param rows tokens from top to bottom
 * @param columns tokens from left to right
 */
public record TokenGrid(int rows, int columns) {
    /** Checks that there is at least one token. */
    public TokenGrid {
        if (rows <= 0 || columns <= 0) {
            throw new UserException("An image of " + rows + "*" + columns + " tokens is empty");
        }
    }

    /** Number of tokens. */
    public int count() {
        return Math.multiplyExact(rows, columns);
    }

    /** The size as prompts spell it, height first: {@code 32*32} (reference §3.2). */
    public String text() {
        return rows + "*" + columns;
    }
}
