package stipple.model.generate;

import stipple.model.image.PixelImage;
import stipple.torch.UserException;

/**
 * The beginning of a picture whose rest is to be drawn. The picture is scaled and cropped to the request's size, encoded,
 * and its first rows of tokens stand where the model's own would.
 *
 * @param image the picture
 * @param rows rows of tokens to keep, from the top
 */
public record Continuation(PixelImage image, int rows) {
    /** Checks the range; whether the picture has so many rows is a matter of its size. */
    public Continuation {
        if (rows < 1) {
            throw new UserException("The rows to keep must be at least 1, got " + rows);
        }
    }

    /**
     * Checks that something is left to draw.
     *
     * @param rowsOfPicture rows of tokens of the whole picture
     * @throws UserException if not
     */
    public void require(int rowsOfPicture, int pixelsPerToken) {
        if (rows >= rowsOfPicture) {
            throw new UserException("A picture of this size has " + rowsOfPicture + " rows of " + pixelsPerToken
                    + " pixels; keep 1 to " + (rowsOfPicture - 1) + " of them, got " + rows);
        }
    }
}
