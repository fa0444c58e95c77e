package stipple.train.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import stipple.model.config.ModelConfig;
import stipple.model.image.TokenGrid;
import stipple.model.loss.TrainingRows;
import stipple.model.text.PromptTokenizer;
import stipple.model.text.SpecialText;
import stipple.torch.Tensor;

/**
 * Rows of image-text pairs (reference §4.3). Caption first trains drawing; picture first trains drawing without a prompt,
 * which is what guidance needs, and describing.
 */
public final class PairRows {
    private final ModelConfig config;
    private final int[] picture;
    private final long[] pictureLabels;

    /** Rows for pictures of one size. */
    public PairRows(ModelConfig config, PromptTokenizer tokenizer, TokenGrid grid) {
        this.config = config;
        int[] area = tokenizer.encode(SpecialText.IMAGE_AREA + grid.text());
        picture = new int[area.length + grid.count() + 2];
        System.arraycopy(area, 0, picture, 0, area.length);
        picture[area.length] = config.tokens().boi();
        Arrays.fill(
                picture, area.length + 1, picture.length - 1, config.tokens().imagePlaceholder());
        picture[picture.length - 1] = config.tokens().eoi();
        pictureLabels = new long[picture.length];
        for (int i = 0; i < picture.length; i++) {
            // Begin of image and all placeholders but the last are not for the language head to learn.
            boolean masked = i >= area.length && i < area.length + grid.count();
            pictureLabels[i] = masked ? TrainingRows.IGNORED : picture[i];
        }
    }

    /** Ids and labels of one row, without padding. */
    public record Row(long[] ids, long[] labels) {}

    /**
     * The row of one picture.
     *
     * @param caption token ids
     * @param pictureFirst whether the picture comes before its caption
     */
    public Row row(int[] caption, boolean pictureFirst) {
        return pictureFirst ? pictureFirst(caption) : captionFirst(caption);
    }

    /** How many tokens of a row the language head learns: those with a label that have a slot before them. */
    public long textTargets(Row row) {
        int placeholder = config.tokens().imagePlaceholder();
        return IntStream.range(1, row.ids().length)
                .filter(i -> row.labels()[i] != TrainingRows.IGNORED && row.ids()[i] != placeholder)
                .count();
    }

    /**
     * A batch, padded on the right.
     *
     * @param rows the rows
     * @param images image tokens of all rows, {@code [k, token]}
     */
    public TrainingRows batch(List<Row> rows, Tensor images) {
        int longest = rows.stream().mapToInt(row -> row.ids().length).max().orElseThrow();
        long[][] ids = new long[rows.size()][];
        long[][] labels = new long[rows.size()][];
        for (int i = 0; i < ids.length; i++) {
            Row row = rows.get(i);
            ids[i] = padded(row.ids(), longest, config.tokens().pad());
            labels[i] = padded(row.labels(), longest, TrainingRows.IGNORED);
        }
        boolean[] targets = new boolean[(int) images.size(0)];
        Arrays.fill(targets, true);
        return new TrainingRows(ids, labels, images, targets);
    }

    private Row captionFirst(int[] caption) {
        // The end of text that would follow the picture is never learnt there, so it is left out.
        long[] ids = new long[caption.length + picture.length];
        long[] labels = new long[ids.length];
        for (int i = 0; i < caption.length; i++) {
            ids[i] = caption[i];
            labels[i] = caption[i];
        }
        for (int i = 0; i < picture.length; i++) {
            ids[caption.length + i] = picture[i];
            labels[caption.length + i] = pictureLabels[i];
        }
        return new Row(ids, labels);
    }

    private Row pictureFirst(int[] caption) {
        long[] ids = new long[picture.length + caption.length + 1];
        long[] labels = new long[ids.length];
        for (int i = 0; i < picture.length; i++) {
            ids[i] = picture[i];
            labels[i] = pictureLabels[i];
        }
        for (int i = 0; i < caption.length; i++) {
            ids[picture.length + i] = caption[i];
            labels[picture.length + i] = caption[i];
        }
        ids[ids.length - 1] = config.tokens().eos();
        labels[ids.length - 1] = config.tokens().eos();
        return new Row(ids, labels);
    }

    private static long[] padded(long[] values, int length, long filler) {
        long[] out = Arrays.copyOf(values, length);
        Arrays.fill(out, values.length, length, filler);
        return out;
    }
}
