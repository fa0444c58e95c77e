package stipple.eval.agreement;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import stipple.data.Sample;
import stipple.data.SampleSource;
import stipple.data.emoji.EmojiStyle;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.source.DataSets;

/**
 * A sample of the emoji set as a prompt.
 *
 * @param key its name
 * @param caption its canonical caption, such as {@code a red apple, flat style}
 * @param style the style
 * @param real the picture of the set
 */
record EmojiPrompt(String key, String caption, EmojiStyle style, Pixels real) {
    /** The order of the samples is mixed once and for all, so that a smaller number is a part of a larger one. */
    private static final long MIXED = 20260101;

    /**
     * The first samples of a family in a fixed order, one for each caption.
     *
     * @param skinTones whether variants that differ in skin colour only are taken
     * @throws stipple.data.DataException if the family is not there
     */
    static List<EmojiPrompt> of(Path data, String family, int most, boolean skinTones) {
        SampleSource samples = DataSets.open(data, family);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            order.add(i);
        }
        order.sort((a, b) -> samples.key(a).compareTo(samples.key(b)));
        Collections.shuffle(order, new Random(MIXED));
        List<EmojiPrompt> prompts = new ArrayList<>();
        for (int i : order) {
            if (prompts.size() == most) {
                break;
            }
            JsonNode metadata = samples.json(i).path("metadata");
            if (skinTones || metadata.path("skin_tone").asText("").isEmpty()) {
                read(samples.get(i))
                        .filter(p -> prompts.stream().noneMatch(q -> q.caption().equals(p.caption())))
                        .ifPresent(prompts::add);
            }
        }
        return prompts;
    }

    private static Optional<EmojiPrompt> read(Sample sample) {
        String caption = sample.json().path("caption").path(0).asText("");
        String id = sample.json().path("metadata").path("style").asText("");
        return Stream.of(EmojiStyle.values())
                .filter(style -> style.id().equals(id) && caption.endsWith(", " + style.phrase()))
                .findFirst()
                .map(style -> new EmojiPrompt(
                        sample.key().toLowerCase(Locale.ROOT),
                        caption,
                        style,
                        PixelReader.read(sample.images().getFirst(), sample.key())));
    }
}
