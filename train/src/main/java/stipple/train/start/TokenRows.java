package stipple.train.start;

import java.util.List;
import stipple.model.checkpoint.StoredTensor;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Rows of an embedding or a language head for tokens that a model has not seen. */
final class TokenRows {
    /** Noise on new rows, as a share of the spread of the known ones: enough to tell them apart. */
    private static final double NOISE = 0.1;

    private TokenRows() {}

    /**
     * A table with new rows. A new row is the mean of the known ones plus noise of a tenth of their spread: random rows of
     * another length would take part in every softmax from the first step on. Rows that the file holds for no token are left
     * as they are.
     *
     * @param stored {@code [rows, hidden]}
     * @param rows of the result
     * @param known tokens from 0 whose rows the file's model has learnt
     * @param size tokens from 0 that will be used
     * @return float32 {@code [rows, hidden]} in the current scope
     */
    static Tensor grown(StoredTensor stored, long rows, int known, int size, long seed) {
        Tensor old =
                Tensors.copyOf(stored.data(), stored.dtype(), stored.shape()).to(DType.F32);
        Tensor learnt = old.narrow(0, 0, known);
        Tensor mean = learnt.mean(0);
        Tensor spread = learnt.sub(mean).square().mean(0).sqrt();
        long held = old.size(0);
        try (Rng rng = new Rng(seed)) {
            Tensor fresh =
                    rng.normal(rows - known, old.size(1)).mul(spread).mul(NOISE).add(mean);
            if (held <= size) {
                return Tensors.cat(List.of(learnt, fresh), 0).contiguous();
            }
            // Behind the tokens the file has rows that nobody reads; behind these the table grows.
            Tensor used = fresh.narrow(0, 0, size - known);
            Tensor unused = old.narrow(0, size, held - size);
            Tensor more = fresh.narrow(0, held - known, rows - held);
            return Tensors.cat(List.of(learnt, used, unused, more), 0).contiguous();
        }
    }
}
