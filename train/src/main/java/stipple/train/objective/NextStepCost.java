package stipple.train.objective;

import stipple.model.config.BackboneConfig;
import stipple.model.config.FlowHeadConfig;
import stipple.model.config.ModelConfig;
import stipple.torch.DType;

/** Counts what a picture with its caption costs in the model. */
final class NextStepCost {
    private NextStepCost() {}

    /**
     * The cost of one row there and back.
     *
     * @param textTokens text tokens of a row on average, those around the picture included
     * @param imageTokens image tokens of a row
     * @param evaluations of the head per image token
     * @param recomputed whether layers keep their inputs only
     * @param adapted whether only adapters are trained, so that nothing flows back into the weights
     */
    static Workload of(
            ModelConfig config,
            double textTokens,
            double imageTokens,
            int evaluations,
            DType compute,
            boolean recomputed,
            boolean adapted) {
        BackboneConfig b = config.backbone();
        double tokens = textTokens + imageTokens;
        double repeated = imageTokens * evaluations;
        double width = b.queryWidth();
        double layer = (double) b.hidden() * (2 * width + 2 * b.keyValueWidth()) + 3.0 * b.hidden() * b.intermediate();
        double mults = tokens * b.layers() * layer;
        // Scores and mixing; a causal kernel needs half of the square.
        mults += b.layers() * tokens * tokens * width;
        mults += textTokens * b.hidden() * (b.vocab() + (config.useMlpBeforeLmHead() ? b.hidden() : 0));
        mults += imageTokens * b.hidden() * (b.hidden() + config.latent().tokenWidth());
        mults += imageTokens * b.hidden() * config.flowHead().dim();
        mults += repeated * head(config.flowHead(), config.latent().tokenWidth());
        double kept = tokens * b.layers() * (recomputed ? b.hidden() * compute.bytes() : layerBytes(b, compute));
        kept += (recomputed ? tokens * layerBytes(b, compute) : 0)
                + textTokens * b.vocab() * (compute.bytes() + 12.0)
                + repeated * headBytes(config.flowHead(), compute);
        // Two operations a multiplication; going back costs as much towards the inputs, and again towards the weights.
        return new Workload(tokens, (adapted ? 4 : 6) * mults, kept);
    }

    private static double head(FlowHeadConfig h, int token) {
        double dim = h.dim();
        double block = 2 * dim * h.mlpWidth() + 3 * dim * dim;
        return 2 * dim * token + FlowHeadConfig.TIME_FEATURES * dim + dim * dim + h.layers() * block + 2 * dim * dim;
    }

    /**
     * Bytes of all tensors that a layer makes per token: they live until the step's scope closes. Norms and attention
     * work in float32, projections and the MLP in the compute type.
     */
    private static double layerBytes(BackboneConfig b, DType compute) {
        double h = b.hidden();
        double q = b.queryWidth();
        double kv = b.keyValueWidth();
        double norms = 2 * (4 * 3 * h + compute.bytes() * 2 * h);
        double wide = 4 * (q + 2 * kv) + 4 * 2 * q;
        double rotation = 5 * (q + kv);
        return norms + wide + compute.bytes() * (2 * q + 2 * kv + rotation + 4 * h + 4.0 * b.intermediate());
    }

    private static double headBytes(FlowHeadConfig h, DType compute) {
        return compute.bytes() * (double) h.layers() * (10.0 * h.dim() + 2.0 * h.mlpWidth());
    }
}
