package stipple.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import stipple.train.run.TrainEvent;

/** Prints a training run, a line an event. */
final class TrainPrinter implements Consumer<TrainEvent> {
    private final PrintWriter out;
    private boolean completed;

    TrainPrinter(PrintWriter out) {
        this.out = out;
    }

    /** Whether the run reached its last step. */
    boolean completed() {
        return completed;
    }

    /** Says that a stop could not be waited for. */
    void gaveUp() {
        out.println("stopped in the middle of a step; the run goes on from its last checkpoint");
        out.flush();
    }

    @Override
    public void accept(TrainEvent event) {
        switch (event) {
            case TrainEvent.Started s ->
                out.printf(
                        Locale.ROOT,
                        "training %,d parameters, step %d of %d%s%n",
                        s.parameters(),
                        s.step(),
                        s.steps(),
                        s.checkpoint() == null ? "" : ", resumed from " + s.checkpoint());
            case TrainEvent.Progress p ->
                out.printf(
                        Locale.ROOT,
                        "step %d/%d  loss %.4f (%s)  lr %.2e  |g| %.3f  %.1f pictures/s  %.0f tokens/s  left %s%n",
                        p.step(),
                        p.steps(),
                        p.loss(),
                        figures(p.parts()),
                        p.lr(),
                        p.gradientNorm(),
                        p.samplesPerSecond(),
                        p.tokensPerSecond(),
                        duration(p.secondsLeft()));
            case TrainEvent.Evaluated e -> out.printf("step %d  held out: %s%n", e.step(), figures(e.figures()));
            case TrainEvent.Saved s -> out.printf("step %d  saved %s%n", s.step(), s.folder());
            case TrainEvent.Skipped s ->
                out.printf("passing over the damaged checkpoint %s: %s%n", s.checkpoint(), s.reason());
            case TrainEvent.Finished f -> {
                completed = f.completed();
                out.println(
                        f.completed()
                                ? "done after step " + f.step() + ", model in " + f.model()
                                : "stopped after step " + f.step() + "; the same command goes on from there");
            }
        }
        out.flush();
    }

    private static String figures(Map<String, Double> figures) {
        return figures.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String duration(double seconds) {
        long s = Math.round(seconds);
        return s >= 3600
                ? "%d:%02d:%02d".formatted(s / 3600, s / 60 % 60, s % 60)
                : "%d:%02d".formatted(s / 60, s % 60);
    }
}
