package stipple.model.backbone;

import stipple.torch.Tensor;

/** A way of whole rows through the backbone: plain, or with the activations of each layer computed twice. */
@FunctionalInterface
public interface RowsPass {
    /**
     * Reads the rows.
     *
     * @param embeds {@code [slots, hidden]}
     * @return final-normed hidden states of the same shape
     */
    Tensor read(Tensor embeds, RaggedRows rows);
}
