package stipple.model.backbone;

import java.util.List;
import stipple.model.config.BackboneConfig;
import stipple.model.nn.Linear;
import stipple.model.nn.RmsNorm;
import stipple.model.nn.Weights;
import stipple.torch.Nn;
import stipple.torch.Tensor;

/** One pre-norm layer: attention, then a SiLU-gated MLP, each added to the residual stream (reference §2.1). */
record DecoderLayer(
        RmsNorm inputNorm, Attention attention, RmsNorm postNorm, Linear gate, Linear up, Linear down, int index) {
    static DecoderLayer of(BackboneConfig config, Weights weights, int index) {
        String prefix = "layers." + index;
        return new DecoderLayer(
                RmsNorm.of(weights, prefix + ".input_layernorm", config.rmsEps()),
                Attention.of(config, weights, prefix + ".self_attn"),
                RmsNorm.of(weights, prefix + ".post_attention_layernorm", config.rmsEps()),
                Linear.of(weights, prefix + ".mlp.gate_proj"),
                Linear.of(weights, prefix + ".mlp.up_proj"),
                Linear.of(weights, prefix + ".mlp.down_proj"),
                index);
    }

    /** Maps {@code [rows, tokens, hidden]} to the same shape. */
    Tensor apply(Tensor x, AttentionContext context) {
        return feedForward(x.add(attention.apply(inputNorm.apply(x), context, index)));
    }

    /** The same for one token {@code [rows, 1, hidden]} of rows with lengths of their own. */
    Tensor step(Tensor x, List<PictureCache> pictures, Rope rope) {
        return feedForward(x.add(attention.step(inputNorm.apply(x), pictures, rope, index)));
    }

    private Tensor feedForward(Tensor h) {
        Tensor normed = postNorm.apply(h);
        return h.add(down.apply(Nn.silu(gate.apply(normed)).mul(up.apply(normed))));
    }
}
