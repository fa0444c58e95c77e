package stipple.model.generate;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import stipple.model.config.ModelConfig;
import stipple.model.image.AspectBuckets;
import stipple.model.image.ImageSize;
import stipple.torch.UserException;

/**
 * The sizes that a model draws: those its config lists; else the aspect buckets of its training resolution, and for models
 * trained in stages up to 512 pixels those of the earlier 256-pixel stage too.
 *
 * @param sizes all of them, the recommended resolution first
 */
public record SupportedSizes(List<ImageSize> sizes) {
    private static final int FIRST_STAGE = 256;
    private static final int SECOND_STAGE = 512;

    /** The sizes of a model. */
    public static SupportedSizes of(ModelConfig config) {
        if (!config.generation().sizes().isEmpty()) {
            return new SupportedSizes(
                    config.generation().sizes().stream().map(ImageSize::parse).toList());
        }
        int base = config.latent().trainingPixels();
        Set<ImageSize> sizes = new LinkedHashSet<>(AspectBuckets.ofBase(base).sizes());
        if (base == SECOND_STAGE) {
            sizes.addAll(AspectBuckets.ofBase(FIRST_STAGE).sizes());
        }
        // Configurations of the legacy dialect may recommend a size of their own.
        sizes.add(new ImageSize(config.generation().width(), config.generation().height()));
        return new SupportedSizes(List.copyOf(sizes));
    }

    /** The size whose height-to-width ratio is closest; among equally close ones the first. */
    public ImageSize nearest(ImageSize given) {
        double ratio = (double) given.height() / given.width();
        return sizes.stream()
                .min(Comparator.comparingDouble(size -> Math.abs(ratio - (double) size.height() / size.width())))
                .orElseThrow();
    }

    /**
     * Accepts a size.
     *
     * @throws UserException if it is not supported, listing those that are
     */
    public void require(ImageSize size) {
        if (!sizes.contains(size)) {
            throw new UserException("The model does not draw " + size + "; use one of "
                    + sizes.stream().map(ImageSize::toString).collect(Collectors.joining(", ")));
        }
    }
}
