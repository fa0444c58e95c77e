package stipple.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import stipple.train.run.TrainEvent;

/** Prints a training run, a line an event. */
final class TrainPrinter implements Consumer<TrainEvent> {
    /** Waiting for data below this share is not worth a word. */
    private static final double LITTLE = 0.005;
    /** Before the name of a category whose share of the rows a figure is. */
    private static final String ROWS = "rows_";

    private final PrintWriter out;
    private boolean completed;
    private volatile boolean stopping;

    TrainPrinter(PrintWriter out) {
        this.out = out;
    }

    /** Whether the run reached its last step. */
    boolean completed() {
        return completed;
    }

    /** Whether the run was asked to stop. */
    boolean stopping() {
        return stopping;
    }

    @Override
    public void accept(TrainEvent event) {
        switch (event) {
            case TrainEvent.Started s -> started(s);
            case TrainEvent.News n -> n.lines().forEach(out::println);
            case TrainEvent.RecipeChanged c ->
                c.changes()
                        .forEach(line -> out.println("warning: the recipe has changed since the checkpoint: " + line));
            case TrainEvent.Progress p -> progress(p);
            case TrainEvent.Evaluated e ->
                out.printf(
                        "step %d  held out: %s%s%n", e.step(), figures(e.figures()), e.best() ? "  (best so far)" : "");
            case TrainEvent.Saved s -> out.printf("step %d  saved %s%n", s.step(), s.folder());
            case TrainEvent.SaveFailed f ->
                out.printf(
                        "warning: step %d  %s; training goes on and saves again at the next checkpoint%n",
                        f.step(), f.reason());
            case TrainEvent.Trouble t -> out.printf("warning: step %d  %s%n", t.step(), t.text());
            case TrainEvent.Skipped s ->
                out.printf("warning: passed over the damaged checkpoint %s: %s%n", s.checkpoint(), s.reason());
            case TrainEvent.Stopping stopped -> {
                stopping = true;
                out.println("stopping after this step");
            }
            case TrainEvent.Finished f -> finished(f);
        }
        out.flush();
    }

    private void started(TrainEvent.Started s) {
        out.printf(
                Locale.ROOT,
                "training %,d parameters, step %d of %d%s; the fastest matrix product here makes %.2f TFLOP/s%n",
                s.parameters(),
                s.step(),
                s.steps(),
                s.checkpoint() == null ? "" : ", resumed from " + s.checkpoint(),
                s.peakFlops() / 1e12);
    }

    private void progress(TrainEvent.Progress p) {
        TrainEvent.Speed speed = p.speed();
        out.printf(
                Locale.ROOT,
                "step %d/%d  loss %.4f (%s)  lr %.2e  |g| %.3f  %.1f samples/s  %.0f tokens/s  "
                        + "%.3f TFLOP/s (MFU %.0f %%)%s  %.1f GiB  left %s%n",
                p.step(),
                p.steps(),
                p.loss(),
                parts(p.parts()),
                p.lr(),
                p.gradientNorm(),
                speed.samples(),
                speed.tokens(),
                speed.flops() / 1e12,
                speed.utilization() * 100,
                speed.waiting() < LITTLE
                        ? ""
                        : String.format(Locale.ROOT, "  data wait %.0f %%", speed.waiting() * 100),
                p.residentBytes() / (double) (1 << 30),
                duration(p.secondsLeft()));
    }

    private void finished(TrainEvent.Finished f) {
        completed = f.completed();
        if (!f.completed()) {
            out.println("stopped after step " + f.step() + "; the same command goes on from there");
            return;
        }
        out.println("done after step " + f.step() + ", model in " + f.model()
                + (f.best() == null ? "" : ", the best one in " + f.best()));
    }

    /** Losses by name, then the shares of the rows and of empty slots. */
    private static String parts(Map<String, Double> parts) {
        Map<String, Double> losses = new LinkedHashMap<>(parts);
        losses.keySet().removeIf(TrainPrinter::share);
        StringBuilder text = new StringBuilder(figures(losses));
        parts.forEach((name, value) -> {
            if (share(name)) {
                text.append(String.format(Locale.ROOT, ", %s %.0f %%", name.replaceFirst(ROWS, ""), value * 100));
            }
        });
        return text.toString();
    }

    private static boolean share(String name) {
        return Set.of("waste", "overlap", "rollout_share").contains(name)
                || name.endsWith("utilisation")
                || name.startsWith(ROWS);
    }

    private static String figures(Map<String, Double> figures) {
        return figures.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** Hours, minutes and seconds. */
    static String duration(double seconds) {
        long s = Math.round(seconds);
        return s >= 3600
                ? "%d:%02d:%02d".formatted(s / 3600, s / 60 % 60, s % 60)
                : "%d:%02d".formatted(s / 60, s % 60);
    }
}
