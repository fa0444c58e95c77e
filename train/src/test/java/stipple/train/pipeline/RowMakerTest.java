package stipple.train.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.data.DataException;
import stipple.model.image.TokenGrid;

final class RowMakerTest {
    private static final PictureRef SMALL = new PictureRef(0, new TokenGrid(1, 3));
    private static final PictureRef TINY = new PictureRef(1, new TokenGrid(1, 1));

    private final RowMaker maker = new RowMaker(Letters.TOKENS, Letters::ids);

    @Test
    void a_pair_masks_begin_and_all_slots_but_the_last_and_the_end_of_text_after_the_picture() {
        TokenRow row = maker.pair(Letters.ids("cat"), SMALL, false);
        assertEquals("cat#1*3[...]|", Letters.text(row.ids()));
        assertEquals("cat#1*3   .] ", Letters.learnt(row));
        // Routed to the language head: 2 letters behind the first, the 4 of the size, the end of image.
        assertEquals(7, row.textTargets(Letters.TOKENS.imagePlaceholder()));
        assertEquals(3, row.imageTargets());
    }

    @Test
    void a_pair_with_its_picture_first_learns_the_end_of_text_after_the_caption() {
        TokenRow row = maker.pair(Letters.ids("cat"), SMALL, true);
        assertEquals("#1*3[...]cat|", Letters.text(row.ids()));
        assertEquals("#1*3   .]cat|", Letters.learnt(row));
    }

    @Test
    void a_picture_of_one_token_masks_its_begin_only() {
        assertEquals("a#1*1 .] ", Letters.learnt(maker.pair(Letters.ids("a"), TINY, false)));
    }

    @Test
    void an_edit_learns_the_last_picture_only() {
        TokenRow row = maker.tagged(TaggedText.parse("<image_1>red<image_2>", 2), List.of(SMALL, TINY), false);
        assertEquals("#1*3[...]red#1*1[.]|", Letters.text(row.ids()));
        assertEquals(
                List.of(false, true),
                row.pictures().stream().map(TokenRow.Placed::learnt).toList());
        assertEquals(1, row.imageTargets());
    }

    @Test
    void an_interleaved_row_learns_all_pictures_and_the_end_after_words() {
        TokenRow row = maker.tagged(TaggedText.parse("a<image_0>b<image_1>c", 2), List.of(SMALL, TINY), true);
        assertEquals("a#1*3[...]b#1*1[.]c|", Letters.text(row.ids()));
        assertEquals("a#1*3   .]b#1*1 .]c|", Letters.learnt(row));
        assertEquals(4, row.imageTargets());
    }

    @Test
    void tags_count_from_zero_or_one_and_must_stand_for_a_picture() {
        assertEquals(
                List.of(new TaggedText.Tag(0), new TaggedText.Tag(1)),
                TaggedText.parse("<image_1>x<image_2>", 2).tags());
        assertEquals(
                List.of(new TaggedText.Tag(1), new TaggedText.Tag(0)),
                TaggedText.parse("<image_1>x<image_0>", 2).tags());
        assertThrows(DataException.class, () -> TaggedText.parse("<image_3>", 2));
        assertThrows(DataException.class, () -> TaggedText.parse("<image_0><image_2>", 2));
    }

    @Test
    void without_tags_the_last_picture_follows_the_text_and_the_others_precede_it() {
        TaggedText text = TaggedText.parse("mix", 3);
        assertEquals(
                List.of(
                        new TaggedText.Tag(0),
                        new TaggedText.Tag(1),
                        new TaggedText.Words("mix"),
                        new TaggedText.Tag(2)),
                text.pieces());
    }

    @Test
    void separated_samples_of_a_row_learn_nothing_from_each_other_and_come_apart_with_their_pictures() {
        TokenRow first = maker.pair(Letters.ids("a"), SMALL, false);
        TokenRow second = maker.text(Letters.ids("word"));
        TokenRow third = maker.pair(Letters.ids("cat"), TINY, true);
        int end = Letters.TOKENS.eos();
        TokenRow row = TokenRow.join(List.of(first, second, third)).separated(end);
        assertEquals("a#1*3[...]|word|#1*1[.]cat|", Letters.text(row.ids()));
        assertEquals("a#1*3   .]  ord| 1*1 .]cat|", Letters.learnt(row));
        int placeholder = Letters.TOKENS.imagePlaceholder();
        List<TokenRow> samples = row.samples(end, placeholder);
        assertEquals(
                List.of("a#1*3[...]|", "word|", "#1*1[.]cat|"),
                samples.stream().map(sample -> Letters.text(sample.ids())).toList());
        assertEquals(
                List.of(first.pictures(), List.of(), third.pictures()),
                samples.stream().map(TokenRow::pictures).toList());
        assertEquals(
                row.textTargets(placeholder),
                samples.stream()
                        .mapToInt(sample -> sample.textTargets(placeholder))
                        .sum());
    }
}
