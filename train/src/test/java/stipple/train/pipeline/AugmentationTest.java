package stipple.train.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class AugmentationTest {
    private static final int DRAWS = 20_000;

    private static String text(TaggedText text) {
        StringBuilder out = new StringBuilder();
        for (TaggedText.Piece piece : text.pieces()) {
            switch (piece) {
                case TaggedText.Words words -> out.append(words.text());
                case TaggedText.Tag tag -> out.append(tag.picture());
            }
        }
        return out.toString();
    }

    private static Map<String, Integer> count(Supplier<TaggedText> draw) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            counts.merge(text(draw.get()), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void an_edit_of_two_pictures_changes_as_often_as_the_reference_says() {
        SplittableRandom random = new SplittableRandom(5);
        TaggedText text = TaggedText.parse("<image_1>red<image_2>", 2);
        Map<String, Integer> counts = count(() -> Augmentation.REFERENCE.edit(text, random));
        // 20 %: a third loses the source, two thirds the text. 10 %: tags last.
        assertEquals(DRAWS * 0.8 * 0.9, counts.get("0red1"), DRAWS * 0.015);
        assertEquals(DRAWS * 0.8 * 0.1, counts.get("red01"), DRAWS * 0.01);
        assertEquals(DRAWS * 0.2 * 2 / 3, counts.get("01"), DRAWS * 0.01);
        assertEquals(DRAWS * 0.2 / 3, counts.get("red1"), DRAWS * 0.01);
        assertEquals(4, counts.size());
    }

    @Test
    void an_edit_of_three_pictures_loses_the_first_or_more_often_the_second() {
        SplittableRandom random = new SplittableRandom(6);
        TaggedText text = TaggedText.parse("<image_1><image_2>x<image_3>", 3);
        Augmentation still = new Augmentation(0, 0.2, 0.3, 0);
        Map<String, Integer> counts = count(() -> still.edit(text, random));
        assertEquals(DRAWS * 0.7, counts.get("01x2"), DRAWS * 0.015);
        assertEquals(DRAWS * 0.09, counts.get("1x2"), DRAWS * 0.01);
        assertEquals(DRAWS * 0.21, counts.get("0x2"), DRAWS * 0.01);
    }

    @Test
    void an_interleaved_sample_is_cut_to_a_run_of_pictures_with_their_text() {
        SplittableRandom random = new SplittableRandom(7);
        TaggedText text = TaggedText.parse("a<image_1>b<image_2>c<image_3>d<image_4>e", 4);
        Augmentation still = new Augmentation(0, 0, 0, 0);
        Map<String, Integer> counts = count(() -> still.interleave(text, 2, random));
        assertEquals(java.util.Set.of("a0b1c", "b1c2d", "c2d3e"), counts.keySet());
        counts.values().forEach(n -> assertEquals(DRAWS / 3.0, n, DRAWS * 0.015));
        assertEquals("a0b1c2d3e", text(still.interleave(text, 4, random)));
        Augmentation bare = new Augmentation(0, 0, 0, 0.1);
        Map<String, Integer> dropped = count(() -> bare.interleave(text, 9, random));
        assertEquals(DRAWS * 0.1, dropped.get("0123"), DRAWS * 0.01);
    }

    @Test
    void pictures_of_an_interleaved_row_take_half_of_it_at_most() {
        assertEquals(4, Augmentation.mostPictures(8192, 1024));
        assertEquals(1, Augmentation.mostPictures(100, 1024));
        assertTrue(Augmentation.mostPictures(8192, 256) == 16);
    }
}
