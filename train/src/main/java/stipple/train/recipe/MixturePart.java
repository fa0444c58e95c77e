package stipple.train.recipe;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.caption.CaptionRule;
import stipple.data.caption.SampleFilter;
import stipple.torch.UserException;

/**
 * One data set of a mixture (reference §4.3, §4.5). Everything behind {@code weight} may be left out.
 *
 * @param name what messages and logs call it
 * @param category {@code text}, {@code pair}, {@code edit} or {@code interleave}
 * @param path a folder of tar shards, one tar, a {@code .jsonl} file, or a folder of pictures with {@code .txt} captions
 * @param weight share of the rows, relative to the other parts
 * @param family shard family; all when left out
 * @param holdout another shard family of the same set, which the run is measured on; none when left out
 * @param captions caption keys with their ratios; left out, the reference's for the category
 * @param capitalize chance of {@code Capital first, small rest}; left out, 0
 * @param templates texts around {@code {caption}}
 * @param openers boilerplate cut off the start of {@code _all} captions
 * @param minHeight least height of a picture in pixels
 * @param minWidth least width of a picture in pixels
 * @param minArea least area of a picture in pixels
 * @param maxArea greatest area of a picture in pixels
 * @param maxAspect greatest ratio of the longer to the shorter side
 * @param keywords chance of refusing a sample by a word in its caption
 * @param metadata limits on numbers: positive for a minimum, negative for a maximum
 */
public record MixturePart(
        String name,
        String category,
        String path,
        double weight,
        String family,
        String holdout,
        Map<String, Double> captions,
        Double capitalize,
        List<String> templates,
        List<String> openers,
        Integer minHeight,
        Integer minWidth,
        Long minArea,
        Long maxArea,
        Double maxAspect,
        Map<String, Double> keywords,
        Map<String, Double> metadata) {
    /** Checks presence and fills in what was left out. */
    public MixturePart {
        Checks.present("data.mixture.name", name);
        Checks.present("data.mixture.category", category);
        Checks.present("data.mixture.path", path);
        Checks.positive("data.mixture.weight", weight);
        family = family == null ? "" : family;
        if (holdout != null && (family.isEmpty() || family.equals(holdout))) {
            throw new UserException("Recipe: the part '" + name + "' of data.mixture is measured on the family '"
                    + holdout + "', so say by 'family' which other one it trains on");
        }
        captions = captions == null ? usualKeys(category) : sorted(captions);
        capitalize = capitalize == null ? 0 : capitalize;
        templates = templates == null ? List.of() : List.copyOf(templates);
        openers = openers == null ? List.of() : List.copyOf(openers);
        minHeight = minHeight == null ? 0 : minHeight;
        minWidth = minWidth == null ? 0 : minWidth;
        minArea = minArea == null ? 0 : minArea;
        maxArea = maxArea == null ? 0 : maxArea;
        maxAspect = maxAspect == null ? 0 : maxAspect;
        keywords = keywords == null ? Map.of() : sorted(keywords);
        metadata = metadata == null ? Map.of() : sorted(metadata);
    }

    /** In the order of the keys, so that a recipe is always written the same way. */
    private static Map<String, Double> sorted(Map<String, Double> values) {
        return Collections.unmodifiableMap(new TreeMap<>(values));
    }

    private static Map<String, Double> usualKeys(String category) {
        return switch (category) {
            case "text" -> Map.of("text", 1.0);
            case "pair" -> Map.of("caption", 1.0);
            case "edit" -> sorted(Map.of("caption", 1.0, "caption_all", 1.0));
            case "interleave" -> sorted(Map.of("caption", 4.0, "caption_i2t", 1.0));
            default ->
                throw new UserException("Recipe: unknown category '" + category
                        + "' in data.mixture; use text, pair, edit, interleave");
        };
    }

    /** A set to measure on, with everything usual for its category. */
    static MixturePart heldOut(String name, String category, String path, String family) {
        return new MixturePart(
                name, category, path, 1, family, null, null, null, null, null, null, null, null, null, null, null,
                null);
    }

    /** What the run is measured on of this part's set: the held-out family under the same filters, captions unchanged. */
    MixturePart heldOut() {
        return new MixturePart(
                name, category, path, weight, holdout, null, captions, 0.0, null, openers, minHeight, minWidth, minArea,
                maxArea, maxAspect, keywords, metadata);
    }

    /** Whether it teaches to edit pictures. */
    public boolean edits() {
        return category.equals("edit");
    }

    /** How captions are drawn. */
    public CaptionRule captionRule() {
        return new CaptionRule(captions, capitalize, templates, openers);
    }

    /** Which samples are taken. */
    public SampleFilter filter() {
        return new SampleFilter(minHeight, minWidth, minArea, maxArea, maxAspect, keywords, metadata);
    }
}
