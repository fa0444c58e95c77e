package stipple.train.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stipple.model.loss.TrainingRows;

/**
 * A row of tokens without any tensor, so that it can be made on any thread.
 *
 * @param ids token ids
 * @param labels what the language head learns at each token, -100 for nothing; of the same length
 * @param pictures the pictures whose placeholders are among the ids, in order
 */
public record TokenRow(int[] ids, long[] labels, List<Placed> pictures) {
    /**
     * A picture in a row.
     *
     * @param picture which one, and its size
     * @param learnt whether the flow head learns it; the sources of an edit are only looked at
     */
    public record Placed(PictureRef picture, boolean learnt) {}

    /** Checks the lengths. */
    public TokenRow {
        if (ids.length != labels.length) {
            throw new IllegalArgumentException(ids.length + " ids, " + labels.length + " labels");
        }
        pictures = List.copyOf(pictures);
    }

    /** Number of tokens. */
    public int length() {
        return ids.length;
    }

    /** How many tokens the language head learns: labelled, no placeholder, and with a slot before them. */
    public int textTargets(int placeholder) {
        int count = 0;
        for (int i = 1; i < ids.length; i++) {
            if (labels[i] != TrainingRows.IGNORED && ids[i] != placeholder) {
                count++;
            }
        }
        return count;
    }

    /** How many image tokens the flow head learns. */
    public int imageTargets() {
        return pictures.stream()
                .filter(Placed::learnt)
                .mapToInt(placed -> placed.picture().grid().count())
                .sum();
    }

    /** Rows one after the other. */
    public static TokenRow join(List<TokenRow> rows) {
        int length = rows.stream().mapToInt(TokenRow::length).sum();
        int[] ids = new int[length];
        long[] labels = new long[length];
        List<Placed> pictures = new ArrayList<>();
        int at = 0;
        for (TokenRow row : rows) {
            System.arraycopy(row.ids, 0, ids, at, row.length());
            System.arraycopy(row.labels, 0, labels, at, row.length());
            pictures.addAll(row.pictures);
            at += row.length();
        }
        return new TokenRow(ids, labels, pictures);
    }

    /** The same row for samples that do not see each other: what begins a sample has nothing before it to be learnt from. */
    TokenRow separated(int end) {
        long[] own = labels.clone();
        for (int i = 1; i < ids.length; i++) {
            own[i] = ids[i - 1] == end ? TrainingRows.IGNORED : own[i];
        }
        return new TokenRow(ids, own, pictures);
    }

    /** Its samples, each with the {@code end} behind it, as rows of their own. */
    List<TokenRow> samples(int end, int placeholder) {
        List<TokenRow> samples = new ArrayList<>();
        int from = 0;
        int picture = 0;
        int image = 0;
        for (int i = 0; i < ids.length; i++) {
            image += ids[i] == placeholder ? 1 : 0;
            if (ids[i] != end && i < ids.length - 1) {
                continue;
            }
            int first = picture;
            while (image > 0) {
                image -= pictures.get(picture++).picture().grid().count();
            }
            samples.add(new TokenRow(
                    Arrays.copyOfRange(ids, from, i + 1),
                    Arrays.copyOfRange(labels, from, i + 1),
                    pictures.subList(first, picture)));
            from = i + 1;
        }
        return samples;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenRow row
                && Arrays.equals(ids, row.ids)
                && Arrays.equals(labels, row.labels)
                && pictures.equals(row.pictures);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(ids) + Arrays.hashCode(labels)) + pictures.hashCode();
    }

    @Override
    public String toString() {
        return "TokenRow[" + ids.length + " tokens, " + pictures.size() + " pictures]";
    }
}
