package stipple.data.caption;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import stipple.data.pixels.PixelSize;

/**
 * Which samples are taken (reference §4.3). A limit of 0 means none.
 *
 * @param minHeight least height of every picture, pixels
 * @param minWidth least width of every picture, pixels
 * @param minArea least area of every picture, pixels
 * @param maxArea greatest area of every picture, pixels
 * @param maxAspect greatest ratio of the longer to the shorter side
 * @param keywords chance with which a sample is refused whose caption contains the word, in any case
 * @param metadata limits on numbers under {@code metadata}: a positive one is a minimum, a negative one the maximum
 *     {@code -limit}; a sample without the number is refused
 */
public record SampleFilter(
        int minHeight,
        int minWidth,
        long minArea,
        long maxArea,
        double maxAspect,
        Map<String, Double> keywords,
        Map<String, Double> metadata) {
    /** Takes everything. */
    public static final SampleFilter ALL = new SampleFilter(0, 0, 0, 0, 0, Map.of(), Map.of());

    /** Copies the maps in the order of their keys, so that nothing depends on a hash order. */
    public SampleFilter {
        keywords = Collections.unmodifiableMap(new TreeMap<>(keywords));
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    /**
     * Why the sample is refused, in words that are the same for all samples; empty if it is taken.
     *
     * @param sizes sizes of its pictures
     * @param random decides on keywords
     */
    public Optional<String> refuses(JsonNode json, List<PixelSize> sizes, RandomGenerator random) {
        for (PixelSize size : sizes) {
            if (size.height() < minHeight) {
                return Optional.of("height below " + minHeight);
            }
            if (size.width() < minWidth) {
                return Optional.of("width below " + minWidth);
            }
            if (size.area() < minArea || (maxArea > 0 && size.area() > maxArea)) {
                return Optional.of("area outside " + minArea + ".." + (maxArea > 0 ? maxArea : "any"));
            }
            if (maxAspect > 0 && size.aspect() > maxAspect) {
                return Optional.of("aspect ratio above " + maxAspect);
            }
        }
        for (Map.Entry<String, Double> limit : metadata.entrySet()) {
            JsonNode value = json.path("metadata").path(limit.getKey());
            double bound = limit.getValue();
            if (!value.isNumber() || (bound >= 0 ? value.doubleValue() < bound : value.doubleValue() > -bound)) {
                return Optional.of(
                        "metadata." + limit.getKey() + (bound >= 0 ? " below " + bound : " above " + -bound));
            }
        }
        if (!keywords.isEmpty()) {
            String text = json.path("caption").toString().toLowerCase(Locale.ROOT);
            for (Map.Entry<String, Double> word : keywords.entrySet()) {
                boolean drawn = random.nextDouble() < word.getValue();
                if (drawn && text.contains(word.getKey().toLowerCase(Locale.ROOT))) {
                    return Optional.of("keyword '" + word.getKey() + "'");
                }
            }
        }
        return Optional.empty();
    }
}
