package stipple.train.pipeline;

import java.util.Comparator;
import java.util.List;
import stipple.data.pixels.PixelSize;
import stipple.model.image.AspectBuckets;
import stipple.model.image.ImageSize;
import stipple.torch.UserException;

/**
 * The size to which a picture is brought: the bucket nearest to its shape, of the largest base that does not enlarge it, or
 * of the smallest base (reference §3.4).
 */
public final class PictureBuckets {
    /** Ratios of height to width that differ by no more are taken as one shape within an edit (reference §4.3). */
    private static final double SAME_SHAPE = 0.1;

    private final List<AspectBuckets> bases;

    /**
     * Buckets around squares.
     *
     * @param bases sides of the squares in pixels, multiples of 16
     */
    public PictureBuckets(List<Integer> bases) {
        if (bases.isEmpty()) {
            throw new UserException("Recipe: data.bases is empty; give the side of a square such as 256");
        }
        this.bases = bases.stream()
                .sorted(Comparator.reverseOrder())
                .map(AspectBuckets::ofBase)
                .toList();
    }

    /** The size for one picture. */
    public ImageSize of(PixelSize picture) {
        AspectBuckets chosen = bases.stream()
                .filter(b -> picture.area() >= (long) b.base() * b.base())
                .findFirst()
                .orElse(bases.getLast());
        return chosen.nearest(picture.width(), picture.height());
    }

    /** The sizes for the pictures of an edit: nearly equal shapes get the size of the smallest, so that they overlay. */
    public List<ImageSize> ofEdit(List<PixelSize> pictures) {
        if (pictures.isEmpty()) {
            return List.of();
        }
        int width = pictures.stream().mapToInt(PixelSize::width).min().orElseThrow();
        int height = pictures.stream().mapToInt(PixelSize::height).min().orElseThrow();
        PixelSize least = new PixelSize(width, height);
        return pictures.stream()
                .map(p -> Math.abs(ratio(p) - ratio(least)) <= SAME_SHAPE ? of(least) : of(p))
                .toList();
    }

    /** Pixels of the largest bucket. */
    public long largestArea() {
        return bases.getFirst().sizes().stream()
                .mapToLong(s -> (long) s.width() * s.height())
                .max()
                .orElseThrow();
    }

    private static double ratio(PixelSize size) {
        return (double) size.height() / size.width();
    }
}
