package stipple.eval.bench;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import stipple.eval.bench.peer.LlamaCpp;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.DecodeBackends;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.Torch;

/**
 * Holds the backbone against llama.cpp's. Both are in memory at once and take turns in short rounds, so that a machine that
 * is faster at one time than at another is so for both.
 */
public final class PeerBench {
    private static final int ROUNDS = 6;
    private static final int STEPS = 8;
    private static final int ROOM = 4 * STEPS;
    private static final int WARM_UP = 3;
    private static final long SEED = 1;

    private final int promptTokens;
    private final Consumer<String> progress;

    /**
     * A comparison.
     *
     * @param promptTokens tokens of a prompt
     */
    public PeerBench(int promptTokens, Consumer<String> progress) {
        this.promptTokens = promptTokens;
        this.progress = progress;
    }

    /** Measures a shape; the options say how it is quantised. */
    public PeerResult compare(NamedShape shape, LoadOptions options) {
        try (LlamaCpp peer = LlamaCpp.start(
                shape.backbone(), options.quantisation().format(), promptTokens, Torch.threads(), progress)) {
            progress.accept("loading " + shape.label());
            try (NextStepCheckpoint checkpoint =
                            NextStepCheckpoint.synthetic(shape.label(), shape.config(), shape.vae(), options, SEED);
                    DecodeBackend backend = DecodeBackends.of(checkpoint.model())) {
                ModelCosts costs = StoredSizes.costs(checkpoint, backend.bytesPerPosition());
                DecodeTimes times = new DecodeTimes(backend, checkpoint.config(), promptTokens, 0);
                return turns(
                        shape, options, peer, times, costs.step(1, promptTokens).bytes());
            }
        }
    }

    private PeerResult turns(NamedShape shape, LoadOptions options, LlamaCpp peer, DecodeTimes times, double bytes) {
        // The first pass brings the peer's file into its address space.
        peer.prefill(1);
        peer.steps(WARM_UP);
        double[] bandwidth = new double[ROUNDS];
        double[] prefill = {};
        double[] step = {};
        double[] ownPrefill = {};
        double[] ownStep = {};
        for (int round = 0; round < ROUNDS; round++) {
            bandwidth[round] = MachineProbe.readBandwidth();
            progress.accept("round " + (round + 1) + " of " + ROUNDS);
            prefill = joined(prefill, peer.prefill(1));
            step = joined(step, peer.steps(STEPS));
            ownPrefill = joined(ownPrefill, times.prefill(1));
            ownStep = joined(ownStep, times.steps(STEPS, ROOM));
        }
        return new PeerResult(
                shape.label(),
                peer.name(),
                peer.format(),
                peer.fileBytes(),
                options.quantisation().id(),
                bytes,
                Timing.of(bandwidth).median(),
                promptTokens,
                Timing.of(prefill),
                Timing.of(step),
                Timing.of(ownPrefill),
                Timing.of(ownStep));
    }

    private static double[] joined(double[] a, double[] b) {
        return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
    }
}
