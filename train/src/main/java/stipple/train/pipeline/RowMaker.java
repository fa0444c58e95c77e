package stipple.train.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import stipple.model.config.SpecialTokens;
import stipple.model.image.TokenGrid;
import stipple.model.loss.TrainingRows;
import stipple.model.text.SpecialText;

/**
 * Rows of the four categories with the labels of the reference (§4.3). A picture is its size text, begin of image, its
 * placeholders, end of image; the language head learns the size text and the end, but neither the begin nor any
 * placeholder except the last, whose label the flow head overrides. The end of text is not learnt right after a picture.
 * Safe for use by many threads if the tokenizer is.
 */
public final class RowMaker {
    private final SpecialTokens tokens;
    private final Function<String, int[]> tokenizer;
    private final Map<TokenGrid, int[]> blocks = new ConcurrentHashMap<>();

    /**
     * A maker of rows.
     *
     * @param tokenizer token ids of a text, without anything added
     */
    public RowMaker(SpecialTokens tokens, Function<String, int[]> tokenizer) {
        this.tokens = tokens;
        this.tokenizer = tokenizer;
    }

    /** A caption and its picture; picture first trains drawing without a prompt, and describing. */
    public TokenRow pair(int[] caption, PictureRef picture, boolean pictureFirst) {
        Row row = new Row();
        if (pictureFirst) {
            row.picture(picture, true);
        }
        row.text(caption);
        if (!pictureFirst) {
            row.picture(picture, true);
        }
        return row.end();
    }

    /**
     * A text with pictures in it.
     *
     * @param text its pieces
     * @param pictures the sample's pictures, which the pieces number
     * @param learnAll whether all pictures are learnt, or only the last in the row as in an edit
     */
    public TokenRow tagged(TaggedText text, List<PictureRef> pictures, boolean learnAll) {
        int last = text.tags().size() - 1;
        int seen = 0;
        Row row = new Row();
        for (TaggedText.Piece piece : text.pieces()) {
            switch (piece) {
                case TaggedText.Words words -> row.text(tokenizer.apply(words.text()));
                case TaggedText.Tag tag -> row.picture(pictures.get(tag.picture()), learnAll || seen++ == last);
            }
        }
        return row.end();
    }

    /** A text without pictures and its end. */
    public TokenRow text(int[] text) {
        Row row = new Row();
        row.text(text);
        return row.end();
    }

    /** Ids of a picture: size text, begin, placeholders, end. */
    private int[] makeBlock(TokenGrid grid) {
        int[] area = tokenizer.apply(SpecialText.IMAGE_AREA + grid.text());
        int[] ids = Arrays.copyOf(area, area.length + grid.count() + 2);
        ids[area.length] = tokens.boi();
        Arrays.fill(ids, area.length + 1, ids.length - 1, tokens.imagePlaceholder());
        ids[ids.length - 1] = tokens.eoi();
        return ids;
    }

    /** A row in the making. */
    private final class Row {
        private final List<int[]> parts = new ArrayList<>();
        private final List<TokenRow.Placed> pictures = new ArrayList<>();

        void text(int[] ids) {
            parts.add(ids);
        }

        void picture(PictureRef picture, boolean learnt) {
            parts.add(blocks.computeIfAbsent(picture.grid(), RowMaker.this::makeBlock));
            pictures.add(new TokenRow.Placed(picture, learnt));
        }

        TokenRow end() {
            int length = parts.stream().mapToInt(part -> part.length).sum();
            int[] ids = new int[length + 1];
            int at = 0;
            for (int[] part : parts) {
                System.arraycopy(part, 0, ids, at, part.length);
                at += part.length;
            }
            ids[length] = tokens.eos();
            return new TokenRow(ids, labels(ids), pictures);
        }

        private long[] labels(int[] ids) {
            long[] labels = new long[ids.length];
            for (int i = 0; i < ids.length; i++) {
                labels[i] = ids[i];
                boolean placeholderFollows = i + 1 < ids.length && ids[i + 1] == tokens.imagePlaceholder();
                boolean beginOrPlaceholder = ids[i] == tokens.boi() || ids[i] == tokens.imagePlaceholder();
                boolean endAfterPicture = ids[i] == tokens.eos() && i > 0 && ids[i - 1] == tokens.eoi();
                if ((beginOrPlaceholder && placeholderFollows) || endAfterPicture) {
                    labels[i] = TrainingRows.IGNORED;
                }
            }
            return labels;
        }
    }
}
