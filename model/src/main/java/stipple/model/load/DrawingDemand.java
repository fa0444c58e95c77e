package stipple.model.load;

import stipple.model.image.ImageSize;

/**
 * What is to be drawn at once, as far as memory goes.
 *
 * @param pictures drawn side by side
 * @param branches guidance rows per picture: 1 without guidance, 2 with, 3 for guided edits
 * @param promptTokens tokens before the picture in the longest row
 * @param size of the pictures
 */
public record DrawingDemand(int pictures, int branches, int promptTokens, ImageSize size) {
    /** Rows in the cache. */
    public int rows() {
        return pictures * branches;
    }

    /** The same in another size. */
    public DrawingDemand withSize(ImageSize other) {
        return new DrawingDemand(pictures, branches, promptTokens, other);
    }

    /** The same for another number of pictures. */
    public DrawingDemand withPictures(int other) {
        return new DrawingDemand(other, branches, promptTokens, size);
    }
}
