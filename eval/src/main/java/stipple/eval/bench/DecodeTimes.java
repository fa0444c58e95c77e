package stipple.eval.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import stipple.model.config.ModelConfig;
import stipple.model.config.SamplerKind;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.Prompt;
import stipple.model.decode.TokenDraw;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.Guidance;
import stipple.model.flow.SolverProgram;
import stipple.model.generate.Samplers;
import stipple.model.text.PromptRow;

/**
 * Times a decode backend as the engine drives it. A call draws a token of each picture and reads it back, so the parts
 * are told apart by what is left out: the last token of a picture is not read back, which leaves the head alone.
 */
final class DecodeTimes {
    private static final double CFG = 7.5;
    private static final int LEAST_RUNS = 3;
    private static final int MOST_RUNS = 200;

    private final DecodeBackend backend;
    private final ModelConfig config;
    private final int promptTokens;
    private final double budget;

    /** Times of a backend after prompts of a length, spending so many seconds on each figure. */
    DecodeTimes(DecodeBackend backend, ModelConfig config, int promptTokens, double budget) {
        this.backend = backend;
        this.config = config;
        this.promptTokens = promptTokens;
        this.budget = budget;
    }

    /** One prompt read. */
    Timing prefill() {
        return Timing.measure(budget, MOST_RUNS, this::readOne);
    }

    private void readOne() {
        Prompt prompt = prompt(1);
        backend.await();
        prompt.release();
    }

    /** Seconds of so many single prefills, none of them to warm up. */
    double[] prefill(int times) {
        return timed(times, this::readOne);
    }

    /**
     * Seconds of so many tokens of one row through the backbone: each with a single evaluation of the head, less what that
     * takes.
     */
    double[] steps(int times, int room) {
        double head = head(1, 1).median();
        try (Company company = new Company(1)) {
            List<DecodeBackend.Picture> pictures = company.begin(room + 2);
            company.advance(pictures, 1);
            double[] seconds = timed(times, () -> company.advance(pictures, 1));
            return Arrays.stream(seconds)
                    .map(whole -> Math.max(0, whole - head))
                    .toArray();
        }
    }

    private static double[] timed(int times, Runnable work) {
        double[] seconds = new double[times];
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            work.run();
            seconds[i] = (System.nanoTime() - start) / 1e9;
        }
        return seconds;
    }

    /** Head alone: one token of each picture. */
    Timing head(int rows, int flowSteps) {
        try (Company company = new Company(rows)) {
            return repeat(() -> company.begin(1), pictures -> company.advance(pictures, flowSteps));
        }
    }

    /**
     * Backbone alone: one more token in each row. What a call with a single evaluation takes less the head's share.
     *
     * @param room tokens a picture may have before the next one is begun
     */
    Timing step(int rows, int room) {
        Timing whole = token(rows, 1, room);
        double head = head(rows, 1).median();
        return new Timing(
                whole.runs(),
                Math.max(0, whole.median() - head),
                Math.max(0, whole.low() - head),
                Math.max(0, whole.high() - head));
    }

    /** A token of each picture, drawn and read back. */
    Timing token(int rows, int flowSteps, int room) {
        try (Company company = new Company(rows)) {
            List<DecodeBackend.Picture> pictures = company.begin(room + 2);
            company.advance(pictures, flowSteps);
            return Timing.measure(budget, room, () -> company.advance(pictures, flowSteps));
        }
    }

    private interface Work {
        void run(List<DecodeBackend.Picture> pictures);
    }

    /** Times work on fresh pictures each time, without making them. */
    private Timing repeat(Supplier<List<DecodeBackend.Picture>> fresh, Work work) {
        work.run(fresh.get());
        List<Double> seconds = new ArrayList<>();
        double spent = 0;
        while (seconds.size() < MOST_RUNS && (spent < budget || seconds.size() < LEAST_RUNS)) {
            List<DecodeBackend.Picture> pictures = fresh.get();
            long start = System.nanoTime();
            work.run(pictures);
            double time = (System.nanoTime() - start) / 1e9;
            seconds.add(time);
            spent += time;
        }
        return Timing.of(seconds.stream().mapToDouble(s -> s).toArray());
    }

    private Prompt prompt(int seed) {
        int ids = Math.min(256, config.tokens().boi());
        int[] row = new Random(seed).ints(promptTokens, 0, ids).toArray();
        return backend.read(new PromptRow(row), new float[0]);
    }

    /** Prompts of some rows, and pictures that continue them; two rows are the guidance branches of one picture. */
    private final class Company implements AutoCloseable {
        private final int branches;
        private final List<Prompt> prompts = new ArrayList<>();
        private final List<DecodeBackend.Picture> open = new ArrayList<>();
        private final Random random = new Random(1);

        Company(int rows) {
            branches = rows % 2 == 0 ? 2 : 1;
            for (int row = 0; row < rows; row++) {
                prompts.add(prompt(row));
            }
        }

        List<DecodeBackend.Picture> begin(int tokens) {
            open.forEach(DecodeBackend.Picture::close);
            open.clear();
            for (int row = 0; row < prompts.size(); row += branches) {
                open.add(backend.begin(prompts.subList(row, row + branches), tokens, 0));
            }
            return List.copyOf(open);
        }

        void advance(List<DecodeBackend.Picture> pictures, int flowSteps) {
            SolverProgram program = Samplers.of(SamplerKind.ODE, EstimateSampler.DEFAULT_NOISE_LEVEL)
                    .program(flowSteps, 1);
            Guidance guidance = branches == 1 ? Guidance.NONE : new Guidance(CFG, 1);
            List<TokenDraw> draws = pictures.stream()
                    .map(picture -> new TokenDraw(picture, program, guidance, true, noise(program)))
                    .toList();
            backend.advance(draws);
            draws.stream().filter(draw -> draw.failure() != null).findFirst().ifPresent(draw -> {
                throw draw.failure();
            });
        }

        private float[][] noise(SolverProgram program) {
            float[][] noise = new float[1 + program.draws()][config.latent().tokenWidth()];
            Arrays.stream(noise).forEach(draw -> {
                for (int i = 0; i < draw.length; i++) {
                    draw[i] = (float) random.nextGaussian();
                }
            });
            return noise;
        }

        @Override
        public void close() {
            open.forEach(DecodeBackend.Picture::close);
            prompts.forEach(Prompt::release);
        }
    }
}
