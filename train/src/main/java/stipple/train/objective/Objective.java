package stipple.train.objective;

import java.nio.file.Path;
import java.util.Map;
import stipple.model.nn.Weights;
import stipple.torch.Rng;
import stipple.torch.Tensor;

/** What a run optimises. The trainer knows nothing but this. */
public interface Objective extends AutoCloseable {
    /** The parameters to train, float32. */
    Weights weights();

    /**
     * The loss of one part of a batch. It is a function of its arguments and the weights alone, so that a resumed run
     * repeats what an uninterrupted one would have done.
     *
     * @param positions indices into the endless stream of samples
     * @param rng generator of this part
     */
    Losses losses(long[] positions, Rng rng);

    /**
     * Draws a grid of samples.
     *
     * @param weights which weights to draw with: the trained ones or their average
     * @param file the PNG to write
     */
    void draw(Weights weights, Path file);

    /**
     * Measures on held-out data.
     *
     * @param weights which weights to measure
     * @return named figures
     */
    Map<String, Double> evaluate(Weights weights);

    /** Writes a folder in the released layout. */
    void export(Weights weights, Path folder);

    /** Image tokens in one sample, for the rate in the progress line. */
    long tokensPerSample();

    @Override
    void close();

    /**
     * A loss and its parts.
     *
     * @param total what is differentiated, {@code []}
     * @param parts named scalars for the log, {@code []}
     */
    record Losses(Tensor total, Map<String, Tensor> parts) {}
}
