package stipple.model.backbone;

import stipple.torch.Tensor;

/**
 * What all layers of one pass share.
 *
 * @param rope rotary tables of the positions in this pass
 * @param mask additive mask, or null
 * @param causal whether the kernel itself masks the future; only without a mask
 * @param cache keys and values of earlier passes, or null
 */
record AttentionContext(Rope rope, Tensor mask, boolean causal, KvCache cache) {}
