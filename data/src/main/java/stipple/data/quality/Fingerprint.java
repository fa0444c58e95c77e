package stipple.data.quality;

import java.util.zip.CRC32C;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;

/**
 * What a picture is recognised by: a checksum of its pixels, a difference hash (64 comparisons of neighbouring cells of a
 * 9 by 8 grid in grey) and a small copy in colour that settles whether two of equal hash look the same.
 *
 * @param checksum of the pixels and the width
 * @param hash bit {@code 8 y + x}: cell x of row y is lighter than its right neighbour
 * @param small 16 by 16 pixels
 */
public record Fingerprint(long checksum, long hash, Pixels small) {
    private static final int CELLS = 8;
    private static final int SMALL = 16;
    /** Differences of grey below this are noise and count as equal. */
    private static final int NOISE = 3;

    /** The fingerprint of a picture. */
    public static Fingerprint of(Pixels picture) {
        CRC32C crc = new CRC32C();
        crc.update(picture.rgb());
        Pixels grid = Resampler.resize(picture, CELLS + 1, CELLS, Resampler.Filter.BOX);
        long hash = 0;
        for (int y = 0; y < CELLS; y++) {
            for (int x = 0; x < CELLS; x++) {
                if (grey(grid, x, y) > grey(grid, x + 1, y) + NOISE) {
                    hash |= 1L << (CELLS * y + x);
                }
            }
        }
        long checksum = (long) picture.width() << 32 | crc.getValue();
        return new Fingerprint(checksum, hash, Resampler.resize(picture, SMALL, SMALL, Resampler.Filter.BOX));
    }

    /** The largest difference of a channel between the small copies, in levels of 255. */
    public int distance(Fingerprint other) {
        int far = 0;
        for (int i = 0; i < small.rgb().length; i++) {
            far = Math.max(far, Math.abs((small.rgb()[i] & 0xff) - (other.small.rgb()[i] & 0xff)));
        }
        return far;
    }

    private static int grey(Pixels p, int x, int y) {
        return (299 * p.at(x, y, 0) + 587 * p.at(x, y, 1) + 114 * p.at(x, y, 2)) / 1000;
    }
}
