package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.GenerationRequest;
import stipple.model.think.Thinker;
import stipple.torch.ProcessMemory;

/** Tells on the error output what is used and where the time goes, beside what another reporter tells. */
final class VerboseReporter implements DrawReporter {
    private static final double GIGABYTE = 1e9;

    private final DrawReporter told;
    private final PrintWriter err;
    private final long began = System.nanoTime();
    private long mark = began;
    private final Map<Integer, Long> prompted = new HashMap<>();
    private int tokens;

    VerboseReporter(DrawReporter told, PrintWriter err) {
        this.told = told;
        this.err = err;
    }

    @Override
    public void thought(String mode, Thinker.Coordinated result) {
        told.thought(mode, result);
        say("thought for %.2f s", lap());
    }

    @Override
    public void started(DrawStart start) {
        GenerationRequest request = start.request();
        say(
                "model %s, %s on %s, %d threads, %s; %s engine, ready after %.2f s",
                start.model(),
                start.machine().dtype(),
                start.machine().device(),
                start.machine().threads(),
                start.machine().cpu(),
                start.engine(),
                lap());
        say(
                "%dx%d pixels, sampler %s, %d steps, cfg %s, seed %d",
                request.size().width(),
                request.size().height(),
                request.sampler().id(),
                request.steps(),
                request.cfg(),
                request.seed());
        told.started(start);
    }

    @Override
    public void event(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.PromptReady ready -> {
                say("picture %d: prompt of %d tokens read in %.3f s", ready.picture() + 1, ready.promptTokens(), lap());
                tokens = ready.imageTokens();
                prompted.put(ready.picture(), mark);
            }
            case GenerationEvent.PictureFinished finished -> {
                double seconds = (System.nanoTime() - prompted.get(finished.picture())) / 1e9;
                say(
                        "picture %d: %d tokens and the pixels in %.3f s, %.1f tokens/s",
                        finished.picture() + 1, tokens, seconds, tokens / seconds);
            }
            case GenerationEvent.RowDrawn row -> {}
            case GenerationEvent.PartialPicture partial -> {}
        }
        told.event(event);
    }

    @Override
    public void previewed(int picture, int row, Path file) {
        told.previewed(picture, row, file);
    }

    @Override
    public void saved(int picture, long seed, Path file) {
        told.saved(picture, seed, file);
    }

    @Override
    public void finished() {
        told.finished();
        say("done in %.2f s, at most %.2f GB of memory", (System.nanoTime() - began) / 1e9, peak());
    }

    @Override
    public void cancelled(int saved) {
        told.cancelled(saved);
    }

    private static double peak() {
        return ProcessMemory.peak() / GIGABYTE;
    }

    /** Seconds since the last lap. */
    private double lap() {
        long now = System.nanoTime();
        double seconds = (now - mark) / 1e9;
        mark = now;
        return seconds;
    }

    private void say(String format, Object... values) {
        err.println("stipple: " + String.format(Locale.ROOT, format, values));
        err.flush();
    }
}
