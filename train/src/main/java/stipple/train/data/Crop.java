package stipple.train.data;

import java.util.SplittableRandom;

/**
 * Where a square is cut out of a picture.
 *
 * @param picture index of the picture
 * @param top first row
 * @param left first column
 */
public record Crop(int picture, int top, int left) {
    /** Sets the draws apart from others that are derived from the same seed and position. */
    private static final long STREAM = 0xC409L;

    /**
     * A uniformly random place, determined by the seed and the position in the endless stream of samples.
     *
     * @param side side of the picture in pixels
     * @param size side of the square in pixels
     */
    public static Crop at(long seed, long position, int picture, int side, int size) {
        SplittableRandom random = new SplittableRandom(Seeds.mix(seed, STREAM, position));
        return new Crop(picture, random.nextInt(side - size + 1), random.nextInt(side - size + 1));
    }
}
