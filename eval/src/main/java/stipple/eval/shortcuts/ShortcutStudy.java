package stipple.eval.shortcuts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import stipple.model.config.SamplerKind;
import stipple.model.generate.DrawingEngine;
import stipple.model.generate.DrawingListener;
import stipple.model.generate.DrawingOutcome;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.PixelTensors;
import stipple.model.generate.RequestBuilder;
import stipple.model.generate.Ticket;
import stipple.model.image.PixelImage;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.metrics.PictureQuality;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Draws the same prompts from the same noise with and without shortcuts and compares the pictures. With the deterministic
 * sampler, because only there the same noise is meant to give the same picture.
 *
 * @param prompts what is drawn
 * @param seeds pictures per prompt
 * @param steps the usual number of evaluations per token
 * @param exactSteps so many that more would change nothing
 */
public record ShortcutStudy(List<String> prompts, int seeds, int steps, int exactSteps) {
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final long FIRST_SEED = 1000;

    /** Plain prompts that a small model knows. */
    public static final List<String> PROMPTS = List.of("a red apple", "a blue car", "a green tree", "a yellow star");

    /** Draws everything; results arrive one by one. */
    public List<ShortcutResult> run(NextStepCheckpoint checkpoint, Consumer<ShortcutResult> progress) {
        try (DrawingEngine engine = new DrawingEngine(checkpoint)) {
            Drawn usual = draw(engine, ShortcutVariant.plain(steps), FIRST_SEED);
            Drawn exact = draw(engine, ShortcutVariant.plain(exactSteps), FIRST_SEED);
            List<ShortcutResult> results = new ArrayList<>();
            report(results, progress, "--steps " + exactSteps, exact, usual, exact);
            report(results, progress, "--steps " + steps, usual, usual, exact);
            for (ShortcutVariant variant : ShortcutVariant.all(steps)) {
                report(results, progress, variant.name(), draw(engine, variant, FIRST_SEED), usual, exact);
            }
            // The scale: how far pictures of other noise are away.
            Drawn other = draw(engine, ShortcutVariant.plain(steps), FIRST_SEED + seeds);
            report(results, progress, "other seeds", other, usual, exact);
            return results;
        }
    }

    private static void report(
            List<ShortcutResult> results,
            Consumer<ShortcutResult> progress,
            String name,
            Drawn drawn,
            Drawn usual,
            Drawn exact) {
        ShortcutResult result =
                new ShortcutResult(name, drawn.evaluations(), closeness(usual, drawn), closeness(exact, drawn));
        results.add(result);
        progress.accept(result);
    }

    private Drawn draw(DrawingEngine engine, ShortcutVariant variant, long seed) {
        long tokens = engine.status().tokens();
        long evaluations = engine.status().evaluations();
        List<Pictures> all = new ArrayList<>();
        List<Ticket> tickets = new ArrayList<>();
        for (String prompt : prompts) {
            RequestBuilder builder = GenerationRequest.with(engine.config().generation())
                    .prompt(prompt)
                    .count(seeds)
                    .seed(seed)
                    .sampler(SamplerKind.ODE)
                    .steps(steps);
            Pictures pictures = new Pictures();
            all.add(pictures);
            tickets.add(engine.submit(variant.change().apply(builder).build(), pictures));
        }
        tickets.forEach(ShortcutStudy::await);
        double perToken = (double) (engine.status().evaluations() - evaluations)
                / (engine.status().tokens() - tokens);
        return new Drawn(
                perToken,
                all.stream().flatMap(pictures -> pictures.byIndex().stream()).toList());
    }

    private static void await(Ticket ticket) {
        try {
            DrawingOutcome outcome = ticket.await(LIMIT)
                    .orElseThrow(() -> new IllegalStateException("A request was not drawn within " + LIMIT));
            if (outcome instanceof DrawingOutcome.Failed failed) {
                throw failed.cause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while drawing", e);
        }
    }

    private static ShortcutResult.Closeness closeness(Drawn reference, Drawn drawn) {
        try (Scope scope = Scope.open()) {
            Tensor a = reference.tensor();
            Tensor b = drawn.tensor();
            return new ShortcutResult.Closeness(PictureQuality.psnr(a, b), PictureQuality.ssim(a, b));
        }
    }

    private record Drawn(double evaluations, List<PixelImage> pictures) {
        Tensor tensor() {
            return Tensors.cat(pictures.stream().map(PixelTensors::of).toList(), 0);
        }
    }

    /** Collects the pictures of a request; complete once its end was announced. */
    private static final class Pictures implements DrawingListener {
        private final Map<Integer, PixelImage> pictures = new TreeMap<>();
        private boolean over;

        @Override
        public synchronized void event(GenerationEvent event) {
            if (event instanceof GenerationEvent.PictureFinished done) {
                pictures.put(done.picture(), done.image());
            }
        }

        @Override
        public synchronized void ended(DrawingOutcome outcome) {
            over = true;
            notifyAll();
        }

        synchronized List<PixelImage> byIndex() {
            while (!over) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("Interrupted while drawing", e);
                }
            }
            return List.copyOf(pictures.values());
        }
    }
}
