package stipple.model.loss;

import stipple.torch.Tensor;

/**
 * A batch for one training step (reference §2.7, §4.3).
 *
 * @param ids {@code [rows][tokens]}, padded on the right
 * @param labels the same shape; -100 is ignored by the language loss
 * @param images clean image tokens {@code [k, token]}, one per placeholder in row-major order
 * @param targets {@code [k]}, whether the flow head learns that image token (source pictures of an edit are not learnt)
 */
public record TrainingRows(long[][] ids, long[][] labels, Tensor images, boolean[] targets) {
    /** The label that the language loss ignores. */
    public static final long IGNORED = -100;
}
