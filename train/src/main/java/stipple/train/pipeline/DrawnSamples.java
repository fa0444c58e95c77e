package stipple.train.pipeline;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongToIntFunction;
import stipple.data.caption.CaptionRule;
import stipple.train.data.Seeds;

/** Single samples of a table in the order of the run, each with a caption, an order and changes drawn for its position. */
final class DrawnSamples implements SampleStream {
    private final SampleTable table;
    private final LongToIntFunction order;
    private final Draws draws;
    private final RowMaker maker;
    private final Function<String, int[]> tokenizer;

    /**
     * What is drawn.
     *
     * @param dropText chance that a pair begins with its picture
     * @param maxText tokens to which the caption of a pair is cut
     * @param mostPictures pictures in an interleaved row
     */
    record Draws(
            Category category,
            CaptionRule captions,
            Augmentation augmentation,
            double dropText,
            int maxText,
            int mostPictures,
            long seed) {}

    DrawnSamples(
            SampleTable table,
            LongToIntFunction order,
            Draws draws,
            RowMaker maker,
            Function<String, int[]> tokenizer) {
        this.table = table;
        this.order = order;
        this.draws = draws;
        this.maker = maker;
        this.tokenizer = tokenizer;
    }

    @Override
    public int size() {
        return table.size();
    }

    @Override
    public TokenRow row(long position) {
        SampleTable.Entry entry = table.get(order.applyAsInt(position));
        SplittableRandom random = new SplittableRandom(Seeds.mix(draws.seed(), position));
        String caption = draws.captions().draw(entry.json(), random);
        return switch (draws.category()) {
            case PAIR -> {
                boolean pictureFirst = random.nextDouble() < draws.dropText();
                int[] ids = tokenizer.apply(caption);
                int[] cut = ids.length > draws.maxText() ? Arrays.copyOf(ids, draws.maxText()) : ids;
                yield maker.pair(cut, entry.pictures().getFirst(), pictureFirst);
            }
            case EDIT -> {
                TaggedText text = TaggedText.parse(caption, entry.pictures().size());
                yield maker.tagged(draws.augmentation().edit(text, random), entry.pictures(), false);
            }
            case INTERLEAVE -> {
                TaggedText text = TaggedText.parse(caption, entry.pictures().size());
                TaggedText changed = draws.augmentation().interleave(text, draws.mostPictures(), random);
                yield maker.tagged(changed, entry.pictures(), true);
            }
            case TEXT -> throw new IllegalStateException("documents are streamed, not drawn one by one");
        };
    }
}
