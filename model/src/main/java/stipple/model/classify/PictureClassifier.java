package stipple.model.classify;

import java.nio.file.Path;
import stipple.model.load.SmallNetwork;
import stipple.model.nn.Linear;
import stipple.model.nn.Weights;
import stipple.torch.Nn;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Tells which of a few kinds a picture is, such as the style of an emoji: statistics of its texture, then three linear maps. A few
 * thousand pictures teach it what a convolutional network of a hundred times the cost needs hundreds of thousands for.
 */
public final class PictureClassifier implements AutoCloseable {
    /** The weights beside the config. */
    public static final String WEIGHTS = "model.safetensors";

    /** A statistic may lie so many standard deviations off; what is never seen in training must not drown the rest. */
    private static final double FARTHEST = 5;

    private final ClassifierConfig config;
    private final Weights weights;

    /** A network over weights, which it takes over. */
    public PictureClassifier(ClassifierConfig config, Weights weights) {
        this.config = config;
        this.weights = weights;
    }

    /**
     * Loads a folder.
     *
     * @throws stipple.torch.UserException if anything is missing or of another shape
     */
    public static PictureClassifier load(Path folder) {
        ClassifierConfig config = ClassifierConfig.read(folder);
        return new PictureClassifier(config, SmallNetwork.read(folder.resolve(WEIGHTS), config.expected()));
    }

    /** Its shape and its answers. */
    public ClassifierConfig config() {
        return config;
    }

    /**
     * What a classifier looks at, before it is brought to mean 0 and variance 1.
     *
     * @param pixels float32 {@code [n, 3, side, side]} in [-1, 1]
     * @return {@code [n][STATISTICS]}, one after the other
     */
    public static float[] statistics(Tensor pixels) {
        return TextureStatistics.of(pixels.toFloats(), (int) pixels.size(2));
    }

    /**
     * How much speaks for each answer.
     *
     * @param pixels float32 {@code [n, 3, size, size]} in [-1, 1]
     * @return float32 {@code [n, labels]}, logits
     */
    public Tensor logits(Tensor pixels) {
        float[] seen = statistics(pixels);
        for (int i = 0; i < seen.length; i++) {
            int k = i % ClassifierConfig.STATISTICS;
            double normal = (seen[i] - config.means().get(k)) / config.spreads().get(k);
            seen[i] = (float) Math.clamp(normal, -FARTHEST, FARTHEST);
        }
        Tensor x = Tensors.of(seen, pixels.size(0), ClassifierConfig.STATISTICS);
        x = Nn.silu(Linear.of(weights, "first").apply(x));
        x = Nn.silu(Linear.of(weights, "second").apply(x));
        return Linear.of(weights, "head").apply(x);
    }

    /**
     * The answers for which most speaks, as indices of the labels.
     *
     * @param pixels float32 {@code [n, 3, size, size]} in [-1, 1]
     */
    public int[] answers(Tensor pixels) {
        float[] all = logits(pixels).toFloats();
        int labels = config.labels().size();
        int[] answers = new int[all.length / labels];
        for (int i = 0; i < all.length; i++) {
            int row = i / labels;
            answers[row] = all[i] > all[row * labels + answers[row]] ? i % labels : answers[row];
        }
        return answers;
    }

    @Override
    public void close() {
        weights.close();
    }
}
