package stipple.model.vae;

import stipple.model.nn.Weights;
import stipple.torch.Tensor;

/** The bottleneck: residual block, attention, residual block. */
record Middle(ResnetBlock first, AttentionBlock attention, ResnetBlock second) {
    static Middle of(Weights weights, String prefix) {
        return new Middle(
                ResnetBlock.of(weights, prefix + ".block_1"),
                AttentionBlock.of(weights, prefix + ".attn_1"),
                ResnetBlock.of(weights, prefix + ".block_2"));
    }

    Tensor apply(Tensor x) {
        return second.apply(attention.apply(first.apply(x)));
    }
}
