package stipple.model.config;

/**
 * The flow-matching head (reference §2.6).
 *
 * @param dim width
 * @param layers number of residual blocks
 * @param mlpRatio hidden width of a block's MLP over {@code dim}
 * @param batchMul how often each token is repeated in training, each copy with its own time and noise
 */
public record FlowHeadConfig(int dim, int layers, double mlpRatio, int batchMul) {
    /** Width of the sinusoidal time features. */
    public static final int TIME_FEATURES = 256;

    /** Checks the sizes. */
    public FlowHeadConfig {
        Checks.positive("fm_head_dim", dim);
        Checks.positive("fm_head_layers", layers);
        Checks.positive("fm_head_mlp_ratio", mlpRatio);
        Checks.positive("fm_head_batch_mul", batchMul);
        Checks.width("fm_head_dim * fm_head_mlp_ratio", (long) (dim * mlpRatio));
        Checks.width("fm_head_dim * 3", 3L * dim);
    }

    /** Hidden width of a block's MLP. */
    public int mlpWidth() {
        return (int) (dim * mlpRatio);
    }
}
