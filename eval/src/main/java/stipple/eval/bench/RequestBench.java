package stipple.eval.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import stipple.model.config.ModelConfig;
import stipple.model.generate.DrawingEngine;
import stipple.model.generate.DrawingListener;
import stipple.model.generate.DrawingOutcome;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.GenerationRequest;
import stipple.model.image.ImageSize;
import stipple.model.image.TokenGrid;
import stipple.model.load.NextStepCheckpoint;

/** Draws several requests side by side, as a server does: how much more comes out than of one after the other. */
final class RequestBench {
    /** Larger pictures are measured in part: a token costs about the same wherever in the picture it is. */
    private static final int MOST_SIDE = 8;

    private static final double CFG = 7.5;
    private static final int MOST_RUNS = 50;
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final NextStepCheckpoint checkpoint;
    private final ImageSize size;
    private final int flowSteps;
    private final double seconds;
    private final ToDoubleFunction<Cost> least;
    private final ModelCosts costs;

    RequestBench(
            NextStepCheckpoint checkpoint,
            ImageSize wanted,
            int flowSteps,
            double seconds,
            ToDoubleFunction<Cost> least,
            ModelCosts costs) {
        this.checkpoint = checkpoint;
        this.least = least;
        this.costs = costs;
        this.size = small(checkpoint.config(), wanted);
        this.flowSteps = flowSteps;
        this.seconds = seconds;
    }

    private static ImageSize small(ModelConfig config, ImageSize wanted) {
        int most = MOST_SIDE * config.latent().pixelsPerToken();
        return new ImageSize(Math.min(wanted.width(), most), Math.min(wanted.height(), most));
    }

    /** The numbers of requests, with and without guidance; the first run of each kind warms up. */
    List<RequestResult> measure(List<Integer> numbers) {
        List<RequestResult> results = new ArrayList<>();
        try (DrawingEngine engine = new DrawingEngine(checkpoint)) {
            for (boolean guided : new boolean[] {false, true}) {
                draw(engine, 1, guided);
                for (int requests : numbers) {
                    results.add(measure(engine, requests, guided));
                }
            }
        }
        return results;
    }

    private RequestResult measure(DrawingEngine engine, int requests, boolean guided) {
        List<Run> runs = new ArrayList<>();
        double spent = 0;
        do {
            Run run = draw(engine, requests, guided);
            runs.add(run);
            spent += run.finished();
        } while (spent < seconds && runs.size() < MOST_RUNS);
        TokenGrid grid = size.grid(checkpoint.config().latent().pixelsPerToken());
        int tokens = grid.count();
        double drawing = leastForTokens(requests * (guided ? 2 : 1), tokens);
        int patch = checkpoint.config().latent().patch();
        double decoding = requests * least.applyAsDouble(costs.decode(grid.rows() * patch, grid.columns() * patch));
        return new RequestResult(
                requests,
                guided,
                size.width(),
                size.height(),
                tokens,
                flowSteps,
                Timing.of(runs.stream().mapToDouble(Run::drawn).toArray()),
                Timing.of(runs.stream().mapToDouble(Run::finished).toArray()),
                drawing,
                drawing + decoding);
    }

    /** Every token is drawn and all but the last are read; the prompts before them count for nothing. */
    private double leastForTokens(int rows, int tokens) {
        double sum = tokens * least.applyAsDouble(costs.head(rows, flowSteps));
        for (int context = 0; context < tokens - 1; context++) {
            sum += least.applyAsDouble(costs.step(rows, context));
        }
        return sum;
    }

    private record Run(double drawn, double finished) {}

    private Run draw(DrawingEngine engine, int requests, boolean guided) {
        CountDownLatch open = new CountDownLatch(requests);
        AtomicLong lastToken = new AtomicLong();
        List<RuntimeException> failures = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < requests; i++) {
            GenerationRequest request = GenerationRequest.with(
                            checkpoint.config().generation())
                    .prompt("picture " + (i + 1) + " of a red apple")
                    .size(size)
                    .steps(flowSteps)
                    .cfg(guided ? CFG : 1)
                    .seed(i)
                    .build();
            engine.submit(request, new DrawingListener() {
                @Override
                public void event(GenerationEvent event) {
                    if (event instanceof GenerationEvent.RowDrawn row && row.row() == row.rows()) {
                        lastToken.accumulateAndGet(System.nanoTime() - start, Math::max);
                    }
                }

                @Override
                public void ended(DrawingOutcome outcome) {
                    if (outcome instanceof DrawingOutcome.Failed failed) {
                        synchronized (failures) {
                            failures.add(failed.cause());
                        }
                    }
                    open.countDown();
                }
            });
        }
        try {
            if (!open.await(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)) {
                throw new IllegalStateException(requests + " requests were not drawn within " + PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while drawing", e);
        }
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw failures.getFirst();
            }
        }
        return new Run(lastToken.get() / 1e9, (System.nanoTime() - start) / 1e9);
    }
}
