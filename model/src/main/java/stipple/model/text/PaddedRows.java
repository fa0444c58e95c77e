package stipple.model.text;

import java.util.Arrays;
import java.util.List;

/**
 * Rows of one length.
 *
 * @param ids {@code [rows][tokens]}
 * @param mask {@code [rows][tokens]}, 1 for a token and 0 for padding
 */
@SuppressWarnings("ArrayRecordComponent") // see PromptRow
public record PaddedRows(long[][] ids, long[][] mask) {
    /**
     * Pads rows on the left to the longest of them (reference §3.3).
     *
     * @param pad the id to fill with; masked, so it changes no result
     */
    public static PaddedRows left(List<PromptRow> rows, int pad) {
        int longest = rows.stream().mapToInt(PromptRow::length).max().orElse(0);
        long[][] ids = new long[rows.size()][longest];
        long[][] mask = new long[rows.size()][longest];
        for (int r = 0; r < rows.size(); r++) {
            int[] row = rows.get(r).ids();
            int start = longest - row.length;
            Arrays.fill(ids[r], 0, start, pad);
            for (int i = 0; i < row.length; i++) {
                ids[r][start + i] = row[i];
                mask[r][start + i] = 1;
            }
        }
        return new PaddedRows(ids, mask);
    }

    /** Number of rows. */
    public int rows() {
        return ids.length;
    }

    /** Tokens per row, padding included. */
    public int length() {
        return ids.length == 0 ? 0 : ids[0].length;
    }
}
