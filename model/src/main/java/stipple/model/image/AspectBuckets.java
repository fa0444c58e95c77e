package stipple.model.image;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import stipple.torch.UserException;

/**
 * The sizes a model was trained on: one area, many aspect ratios (reference §3.4). The published list is for a base of
 * 256 pixels, in tokens of 16. Another base scales both sides and rounds them to whole tokens (halves up), so 512
 * doubles every entry; at small bases several entries fall on the same size and are listed once.
 */
public final class AspectBuckets {
    /** Pixels per token of the published list. */
    public static final int PIXELS_PER_TOKEN = 16;

    private static final int LISTED_BASE = 256;
    private static final int[][] ROWS_COLUMNS = {
        {8, 32}, {9, 28}, {10, 25}, {11, 23}, {12, 21}, {13, 19}, {14, 18}, {15, 17}, {16, 16}, {17, 15}, {18, 14},
        {19, 13}, {21, 12}, {23, 11}, {25, 10}, {28, 9}, {32, 8}
    };

    private final int base;
    private final List<ImageSize> sizes;

    private AspectBuckets(int base, List<ImageSize> sizes) {
        this.base = base;
        this.sizes = sizes;
    }

    /**
     * The buckets around a square.
     *
     * @param base side of the square in pixels
     * @throws UserException if the base is not a positive multiple of 16
     */
    public static AspectBuckets ofBase(int base) {
        if (base <= 0 || base % PIXELS_PER_TOKEN != 0) {
            throw new UserException(
                    "The base size must be a positive multiple of " + PIXELS_PER_TOKEN + ", but is " + base);
        }
        Set<ImageSize> sizes = new LinkedHashSet<>();
        for (int[] bucket : ROWS_COLUMNS) {
            sizes.add(new ImageSize(scaled(bucket[1], base), scaled(bucket[0], base)));
        }
        return new AspectBuckets(base, List.copyOf(sizes));
    }

    /** Side of the square bucket in pixels. */
    public int base() {
        return base;
    }

    /** All sizes, widest first. */
    public List<ImageSize> sizes() {
        return sizes;
    }

    /** The size whose height-to-width ratio is closest; the wider of two equally close ones. */
    public ImageSize nearest(int width, int height) {
        double ratio = (double) height / width;
        return sizes.stream()
                .min(Comparator.comparingDouble(size -> Math.abs(ratio - (double) size.height() / size.width())))
                .orElseThrow();
    }

    /**
     * Returns the size if it is one of the buckets.
     *
     * @throws UserException if it is not, listing all that are
     */
    public ImageSize require(ImageSize size) {
        if (!sizes.contains(size)) {
            throw new UserException("The model does not draw " + size + "; use one of "
                    + sizes.stream().map(ImageSize::toString).collect(Collectors.joining(", ")));
        }
        return size;
    }

    private static int scaled(int tokens, int base) {
        long rounded = Math.round((double) tokens * base / LISTED_BASE);
        return Math.toIntExact(Math.max(1, rounded) * PIXELS_PER_TOKEN);
    }
}
