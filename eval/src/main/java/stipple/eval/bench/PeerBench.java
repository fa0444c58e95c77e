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
 * Holds the backbone against llama.cpp's. If the memory holds both they take turns in short rounds, so that a machine that
 * is faster at one time than at another is so for both; otherwise one comes after the other.
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

    /**
     * Measures a shape.
     *
     * @param options how it is quantised
     * @param together whether the memory holds both sets of weights
     */
    public PeerResult compare(NamedShape shape, LoadOptions options, boolean together) {
        Rounds rounds = new Rounds();
        try (LlamaCpp peer = LlamaCpp.start(
                shape.backbone(), options.quantisation().format(), promptTokens, Torch.threads(), progress)) {
            // The first pass brings the peer's file into its address space.
            peer.prefill(1);
            peer.steps(WARM_UP);
            rounds.name = peer.name();
            rounds.format = peer.format();
            rounds.fileBytes = peer.fileBytes();
            if (together) {
                own(shape, options, rounds, () -> rounds.peer(peer));
            } else {
                for (int round = 0; round < ROUNDS; round++) {
                    progress.accept("round " + (round + 1) + " of " + ROUNDS + ", llama.cpp");
                    rounds.peer(peer);
                }
            }
        }
        if (!together) {
            own(shape, options, rounds, () -> {});
        }
        return new PeerResult(
                shape.label(),
                rounds.name,
                rounds.format,
                rounds.fileBytes,
                options.quantisation().id(),
                rounds.ownBytes,
                Timing.of(rounds.bandwidth).median(),
                together,
                promptTokens,
                Timing.of(rounds.prefill),
                Timing.of(rounds.step),
                Timing.of(rounds.ownPrefill),
                Timing.of(rounds.ownStep));
    }

    private void own(NamedShape shape, LoadOptions options, Rounds rounds, Runnable before) {
        progress.accept("loading " + shape.label());
        try (NextStepCheckpoint checkpoint =
                        NextStepCheckpoint.synthetic(shape.label(), shape.config(), shape.vae(), options, SEED);
                DecodeBackend backend = DecodeBackends.of(checkpoint.model())) {
            ModelCosts costs = StoredSizes.costs(checkpoint, backend.bytesPerPosition());
            rounds.ownBytes = costs.step(1, promptTokens).bytes();
            DecodeTimes times = new DecodeTimes(backend, checkpoint.config(), promptTokens, 0);
            for (int round = 0; round < ROUNDS; round++) {
                progress.accept("round " + (round + 1) + " of " + ROUNDS);
                before.run();
                rounds.own(times);
            }
        }
    }

    /** What was measured so far. */
    private static final class Rounds {
        private String name;
        private String format;
        private long fileBytes;
        private double ownBytes;
        private double[] bandwidth = {};
        private double[] prefill = {};
        private double[] step = {};
        private double[] ownPrefill = {};
        private double[] ownStep = {};

        void peer(LlamaCpp peer) {
            bandwidth = joined(bandwidth, new double[] {MachineProbe.readBandwidth()});
            prefill = joined(prefill, peer.prefill(1));
            step = joined(step, peer.steps(STEPS));
        }

        void own(DecodeTimes times) {
            bandwidth = joined(bandwidth, new double[] {MachineProbe.readBandwidth()});
            ownPrefill = joined(ownPrefill, times.prefill(1));
            ownStep = joined(ownStep, times.steps(STEPS, ROOM));
        }
    }

    private static double[] joined(double[] a, double[] b) {
        return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
    }
}
