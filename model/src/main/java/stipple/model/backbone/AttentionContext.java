package stipple.model.backbone;

import stipple.torch.Tensor;

/**
 * What all layers of one pass share.
 *
 * @param rope rotary tables of the positions in this pass
 * @param mask additive mask, or null
 * @param causal whether the kernel itself masks the future; only without a mask
 * @param cache keys and values of earlier passes, or null
 * @param ragged rows that lie one after the other in the one row of the batch, or null
 */
record AttentionContext(Rope rope, Tensor mask, boolean causal, KvCache cache, RaggedRows ragged) {
    AttentionContext(Rope rope, Tensor mask, boolean causal, KvCache cache) {
        this(rope, mask, causal, cache, null);
    }
}
