package stipple.model.backbone;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stipple.torch.Nn;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Rows of lengths of their own, laid one after the other as {@code [slots, hidden]}, so that nothing is computed for padding:
 * captions differ in length, and a third of a padded batch would be empty.
 *
 * @param lengths slots of each row; rows of length 0 take no part
 */
public record RaggedRows(int[] lengths) {
    /** Slots of all rows. */
    public int slots() {
        return Arrays.stream(lengths).sum();
    }

    /**
     * The slots of these rows in rows that are padded on the right.
     *
     * @param padded {@code [rows, tokens, hidden]}
     * @return {@code [slots, hidden]}
     */
    public Tensor pick(Tensor padded) {
        long tokens = padded.size(1);
        long[] index = new long[slots()];
        int at = 0;
        for (int row = 0; row < lengths.length; row++) {
            for (int i = 0; i < lengths[row]; i++) {
                index[at++] = row * tokens + i;
            }
        }
        return padded.reshape(-1, padded.size(-1))
                .indexSelect(0, Tensors.of(index, index.length).to(padded.device()));
    }

    /** The one length of all rows, or 0 if they differ. */
    private int common() {
        return Arrays.stream(lengths).distinct().count() == 1 ? lengths[0] : 0;
    }

    /** Whether the rows are of one length, so that they are a plain batch. */
    boolean even() {
        return common() > 0;
    }

    /** The shape in which the layers read them: a batch where all are of one length, one long row otherwise. */
    Tensor laidOut(Tensor embeds) {
        return even() ? embeds.reshape(lengths.length, common(), embeds.size(-1)) : embeds.unsqueeze(0);
    }

    /** The rotary factors of their slots; every row begins at position 0. */
    Rope rope(Rope table) {
        long[] positions = new long[slots()];
        int at = 0;
        for (int length : lengths) {
            for (int i = 0; i < length; i++) {
                positions[at++] = i;
            }
        }
        return table.pick(positions);
    }

    int longest() {
        return Arrays.stream(lengths).max().orElse(0);
    }

    /**
     * Causal attention of every row over itself.
     *
     * @param q {@code [1, heads, slots, headDim]}
     * @param k {@code [1, kvHeads, slots, headDim]}
     * @param v {@code [1, kvHeads, slots, headDim]}
     * @return {@code [1, slots, heads, headDim]}
     */
    Tensor attend(Tensor q, Tensor k, Tensor v) {
        long[] parts = Arrays.stream(lengths)
                .filter(length -> length > 0)
                .asLongStream()
                .toArray();
        Tensor[] queries = q.split(parts, 2);
        Tensor[] keys = k.split(parts, 2);
        Tensor[] values = v.split(parts, 2);
        List<Tensor> mixed = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            mixed.add(Nn.attention(queries[i], keys[i], values[i], null, true).transpose(1, 2));
        }
        return Tensors.cat(mixed, 1);
    }
}
