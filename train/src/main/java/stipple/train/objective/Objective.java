package stipple.train.objective;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Tensor;

/** What a run optimises. The trainer knows nothing but this. */
public interface Objective extends AutoCloseable {
    /** The parameters to train, float32. */
    Weights weights();

    /**
     * The share of one part in the loss of its batch: summed over the parts, value and gradient are those of the whole
     * batch. A function of its arguments and the weights alone, so that a resumed run repeats what an uninterrupted one
     * would have done.
     *
     * @param part samples to compute
     * @param rng generator of the batch, the same for all its parts
     */
    Losses losses(BatchPart part, Rng rng);

    /** The samples at some positions, for a person to look at; in the current scope. */
    Batch batch(long[] positions);

    /**
     * Draws a grid of samples.
     *
     * @param weights which weights to draw with: the trained ones or their average
     * @param file the PNG to write; nothing is written if there is nothing to draw
     */
    void draw(Weights weights, Path file);

    /** The figures of {@link #evaluate} that can choose the best checkpoint, and whether a higher one is better. */
    Map<String, Boolean> figures();

    /**
     * Measures on held-out data.
     *
     * @param weights which weights to measure
     * @return named figures
     */
    Map<String, Double> evaluate(Weights weights);

    /** Writes a folder in the released layout. */
    void export(Weights weights, Path folder);

    /** What a picture costs. */
    Workload workload();

    /** Bytes of parameters that stay as they are. */
    default long frozenBytes() {
        return 0;
    }

    /**
     * What came up since this was last asked and somebody should know: where the weights come from, what was read of the data
     * and what was left out of it.
     */
    default List<String> news() {
        return List.of();
    }

    /** Seconds for which steps have waited for their data so far. */
    default double waitedSeconds() {
        return 0;
    }

    /**
     * Figures of the steps since this was last asked that tell about the machine and not about the run, such as how busy its
     * cores were: a run that is repeated gets others.
     */
    default Map<String, Double> machineFigures() {
        return Map.of();
    }

    @Override
    void close();

    /**
     * A loss and its parts.
     *
     * @param total what is differentiated, {@code []}
     * @param parts named scalars for the log, {@code []}
     * @param backward adds the gradients of the total to the weights
     */
    record Losses(Tensor total, Map<String, Tensor> parts, Consumer<GradientsReady> backward) {
        /** A loss whose whole graph is in memory. */
        public static Losses of(Tensor total, Map<String, Tensor> parts) {
            return new Losses(total, parts, ready -> Autograd.backward(total));
        }
    }

    /** Hears during a backward pass which gradients will not change any more, so that they can travel meanwhile. */
    @FunctionalInterface
    interface GradientsReady {
        /** For passes whose gradients nobody waits for. */
        GradientsReady UNHEARD = names -> {};

        /**
         * Takes note.
         *
         * @param names tells the names of parameters whose gradients are complete; never fewer than the time before, and the
         *     same in all processes
         */
        void ready(Predicate<String> names);
    }
}
