package stipple.model.agreement;

import java.nio.file.Path;
import stipple.model.load.SmallNetwork;
import stipple.model.nn.Linear;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Tensor;

/**
 * Maps pictures and captions to vectors of length 1 whose product tells how well they go together (Radford et al. 2021). The
 * picture side is a small residual network; the caption side is one linear map of what a frozen sentence encoder says, so
 * captions cost next to nothing and their words mean what they mean in general.
 */
public final class DualEncoder implements AutoCloseable {
    /** The weights beside the config. */
    public static final String WEIGHTS = "model.safetensors";

    /** The scale that training starts from, a temperature of 0.07. */
    private static final double FIRST_SCALE = 1 / 0.07;

    private static final double LARGEST_SCALE = 100;
    private static final double EPS = 1e-5;
    private static final double SHORTEST = 1e-12;

    private final DualEncoderConfig config;
    private final Weights weights;
    private final DType compute;

    /**
     * A network over weights, which it takes over.
     *
     * @param compute type of the convolutions
     */
    public DualEncoder(DualEncoderConfig config, Weights weights, DType compute) {
        this.config = config;
        this.weights = weights;
        this.compute = compute;
    }

    /**
     * Loads a folder, for use in float32.
     *
     * @throws stipple.torch.UserException if anything is missing or of another shape
     */
    public static DualEncoder load(Path folder) {
        DualEncoderConfig config = DualEncoderConfig.read(folder);
        return new DualEncoder(config, SmallNetwork.read(folder.resolve(WEIGHTS), config.expected()), DType.F32);
    }

    /** Its shape. */
    public DualEncoderConfig config() {
        return config;
    }

    /**
     * Pictures as vectors.
     *
     * @param pixels {@code [n, 3, size, size]} in [-1, 1]
     * @return float32 {@code [n, embedding]}, each of length 1
     */
    public Tensor pictures(Tensor pixels) {
        Tensor x = convolution("stages.0.down", pixels.to(compute), 2);
        for (int stage = 1; stage < config.widths().size(); stage++) {
            x = convolution("stages." + stage + ".down", x, 2);
            for (int block = 0; block < config.blocks(); block++) {
                String prefix = DualEncoderConfig.block(stage, block);
                Tensor h = convolution(prefix + ".conv1", active(prefix + ".norm1", x), 1);
                x = x.add(convolution(prefix + ".conv2", active(prefix + ".norm2", h), 1));
            }
        }
        Tensor pooled = active("norm_out", x).to(DType.F32);
        long n = pooled.size(0);
        pooled = pooled.reshape(n, config.widths().getLast(), -1).mean(-1).reshape(n, -1);
        return unit(Linear.of(weights, "picture").apply(pooled));
    }

    /**
     * Captions as vectors.
     *
     * @param sentences {@code [n, sentence]}, what the sentence encoder makes of them
     * @return float32 {@code [n, embedding]}, each of length 1
     */
    public Tensor captions(Tensor sentences) {
        return unit(Linear.of(weights, "text").apply(sentences.to(DType.F32)));
    }

    /** What products are multiplied by before they are compared, {@code [1]}; learnt, at most 100. */
    public Tensor scale() {
        return weights.get("log_scale")
                .add(Math.log(FIRST_SCALE))
                .clamp(-LARGEST_SCALE, Math.log(LARGEST_SCALE))
                .exp();
    }

    private Tensor active(String norm, Tensor x) {
        Tensor weight = weights.get(norm + ".weight").to(x.dtype());
        Tensor bias = weights.get(norm + ".bias").to(x.dtype());
        return Nn.silu(Nn.groupNorm(x, DualEncoderConfig.GROUPS, weight, bias, EPS));
    }

    private Tensor convolution(String name, Tensor x, int stride) {
        Tensor weight = weights.get(name + ".weight").to(x.dtype());
        return Nn.conv2d(x, weight, weights.get(name + ".bias").to(x.dtype()), stride, 1);
    }

    private static Tensor unit(Tensor x) {
        return x.mul(x.square().sum(-1).add(SHORTEST).rsqrt());
    }

    @Override
    public void close() {
        weights.close();
    }
}
