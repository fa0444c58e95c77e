package stipple.model.config;

import stipple.torch.UserException;

/**
 * The language-model backbone: a Qwen2-style decoder (reference §1.2, §2.1).
 *
 * @param hidden width of the residual stream
 * @param layers number of decoder layers
 * @param heads query heads
 * @param kvHeads key/value heads; each serves {@code heads / kvHeads} consecutive query heads
 * @param headDim width of one head, even
 * @param intermediate width of the gated MLP
 * @param rmsEps epsilon of every RMSNorm
 * @param ropeTheta base of the rotary frequencies
 * @param vocab rows of the embedding and of the LM head
 * @param maxPositions the longest row in tokens
 * @param tied whether the LM head shares the embedding's weights
 * @param attentionBias whether q, k and v have a bias
 * @param outputBias what the config says of a bias on o_proj; when loading, the tensors present decide
 * @param initializerRange standard deviation of fresh weights
 * @param roundedRope whether rotary frequencies are rounded to bfloat16 as the published weights were trained (§2.2)
 */
public record BackboneConfig(
        int hidden,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int intermediate,
        double rmsEps,
        double ropeTheta,
        int vocab,
        int maxPositions,
        boolean tied,
        boolean attentionBias,
        boolean outputBias,
        double initializerRange,
        boolean roundedRope) {

    /** Checks sizes and divisibility; throws {@link UserException} with the offending key. */
    public BackboneConfig {
        Checks.positive("hidden_size", hidden);
        Checks.positive("num_hidden_layers", layers);
        Checks.positive("num_attention_heads", heads);
        Checks.positive("num_key_value_heads", kvHeads);
        Checks.positive("head_dim", headDim);
        Checks.positive("intermediate_size", intermediate);
        Checks.positive("rms_norm_eps", rmsEps);
        Checks.positive("rope_theta", ropeTheta);
        Checks.positive("vocab_size", vocab);
        Checks.positive("max_position_embeddings", maxPositions);
        Checks.positive("initializer_range", initializerRange);
        Checks.width("hidden_size", hidden);
        Checks.width("intermediate_size", intermediate);
        Checks.width("num_attention_heads * head_dim", (long) heads * headDim);
        Checks.divides("num_key_value_heads", kvHeads, "num_attention_heads", heads);
        if (headDim % 2 != 0) {
            throw new UserException(
                    "Config: head_dim (" + headDim + ") must be even, rotary embedding splits it in halves");
        }
    }

    /** Output width of q_proj. */
    public int queryWidth() {
        return heads * headDim;
    }

    /** Output width of k_proj and v_proj. */
    public int keyValueWidth() {
        return kvHeads * headDim;
    }

    /** The same backbone with the other rounding of rotary frequencies. */
    public BackboneConfig withRoundedRope(boolean rounded) {
        return new BackboneConfig(
                hidden,
                layers,
                heads,
                kvHeads,
                headDim,
                intermediate,
                rmsEps,
                ropeTheta,
                vocab,
                maxPositions,
                tied,
                attentionBias,
                outputBias,
                initializerRange,
                rounded);
    }
}
