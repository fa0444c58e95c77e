package stipple.data.quality;

import java.util.Optional;
import stipple.data.pixels.Pixels;

/** Faults of a single picture that was laid on white. */
public final class PictureChecks {
    /** A drawing whose longer side is below this part of the picture's is tiny. */
    public static final double TINY = 0.15;

    private static final int WHITE = 255;
    /** Less than this below white cannot be seen. */
    private static final int SEEN = 8;

    private PictureChecks() {}

    /**
     * Where something is drawn, in pixels.
     *
     * @param left first column
     * @param top first row
     * @param width columns
     * @param height rows
     */
    public record Extent(int left, int top, int width, int height) {}

    /** Why the picture is of no use, in words that are the same for all such pictures; empty if it is fine. */
    public static Optional<String> fault(Pixels picture) {
        Optional<Extent> extent = extent(picture);
        if (extent.isEmpty()) {
            return Optional.of("blank picture");
        }
        double longer = Math.max(
                (double) extent.get().width() / picture.width(),
                (double) extent.get().height() / picture.height());
        return longer < TINY ? Optional.of("tiny drawing") : Optional.empty();
    }

    /** The smallest rectangle around everything that is not white; empty for a blank picture. */
    public static Optional<Extent> extent(Pixels picture) {
        int left = picture.width();
        int right = -1;
        int top = picture.height();
        int bottom = -1;
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                if (isDrawn(picture, x, y)) {
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                    top = Math.min(top, y);
                    bottom = y;
                }
            }
        }
        return right < 0 ? Optional.empty() : Optional.of(new Extent(left, top, right - left + 1, bottom - top + 1));
    }

    private static boolean isDrawn(Pixels picture, int x, int y) {
        for (int c = 0; c < 3; c++) {
            if (picture.at(x, y, c) < WHITE - SEEN) {
                return true;
            }
        }
        return false;
    }
}
