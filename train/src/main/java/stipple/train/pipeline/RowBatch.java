package stipple.train.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import stipple.model.loss.TrainingRows;
import stipple.torch.Tensor;

/** Rows of any length as one batch. */
public final class RowBatch {
    private RowBatch() {}

    /**
     * Pads the rows on the right to the longest and gathers their pictures.
     *
     * @param latents image tokens {@code [k, token]} of some pictures by their numbers
     * @param pad the id that fills rows; it follows everything and is not learnt, so it changes nothing
     */
    public static TrainingRows of(List<TokenRow> rows, Function<int[], Tensor> latents, int pad) {
        int longest = rows.stream().mapToInt(TokenRow::length).max().orElseThrow();
        long[][] ids = new long[rows.size()][longest];
        long[][] labels = new long[rows.size()][longest];
        for (int r = 0; r < ids.length; r++) {
            TokenRow row = rows.get(r);
            Arrays.fill(ids[r], row.length(), longest, pad);
            Arrays.fill(labels[r], row.length(), longest, TrainingRows.IGNORED);
            System.arraycopy(row.labels(), 0, labels[r], 0, row.length());
            for (int i = 0; i < row.length(); i++) {
                ids[r][i] = row.ids()[i];
            }
        }
        List<TokenRow.Placed> pictures =
                rows.stream().flatMap(row -> row.pictures().stream()).toList();
        int tokens = pictures.stream().mapToInt(p -> p.picture().grid().count()).sum();
        boolean[] targets = new boolean[tokens];
        int at = 0;
        for (TokenRow.Placed placed : pictures) {
            int count = placed.picture().grid().count();
            Arrays.fill(targets, at, at + count, placed.learnt());
            at += count;
        }
        Tensor images = tokens == 0
                ? null
                : latents.apply(
                        pictures.stream().mapToInt(p -> p.picture().index()).toArray());
        return new TrainingRows(ids, labels, images, targets);
    }
}
