package stipple.cli;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import stipple.eval.bench.BenchReport;
import stipple.eval.bench.Machine;
import stipple.eval.bench.MemoryResult;
import stipple.eval.bench.Part;
import stipple.eval.bench.PictureResult;
import stipple.eval.bench.RequestResult;
import stipple.eval.bench.Result;

/** Prints a benchmark for people, with an earlier one beside it if there is one. */
final class BenchTable {
    private static final double GIB = 1L << 30;

    private final PrintWriter out;

    BenchTable(PrintWriter out) {
        this.out = out;
    }

    void print(BenchReport report, BenchReport earlier) {
        machine("machine", report.machine());
        if (earlier != null) {
            machine("earlier", earlier.machine());
        }
        BenchReport.ModelFacts model = report.model();
        line(
                "model    %s, %s, %.1f M parameters in %.2f GB, ready in %.1f s",
                model.name(), model.format(), model.parameters() / 1e6, model.weightBytes() / 1e9, model.loadSeconds());
        if (!report.results().isEmpty()) {
            results(report, earlier);
        }
        pictures(report, earlier);
        if (!report.requests().isEmpty()) {
            requests(report.requests());
        }
        if (report.memory() != null) {
            memory(report.memory());
        }
        out.flush();
    }

    private void machine(String label, Machine machine) {
        String peaks = machine.peaks().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> String.format(Locale.ROOT, "%s %.2f", e.getKey(), e.getValue() / 1e12))
                .collect(Collectors.joining(", "));
        line(
                "%s  %s, %d threads, %s; reads %.1f GB/s; matrix products %s T/s",
                label, machine.cpu(), machine.threads(), machine.kernels(), machine.readBandwidth() / 1e9, peaks);
    }

    private void results(BenchReport report, BenchReport earlier) {
        Map<String, Result> before = new HashMap<>();
        if (earlier != null) {
            earlier.results().forEach(r -> before.put(r.key(), r));
        }
        out.println();
        line(
                "%-8s %4s %11s %6s %11s %9s %8s %9s  %s%s",
                "part",
                "rows",
                "median",
                "spread",
                "at best",
                "of best",
                "GB/s",
                "GFLOP/s",
                earlier == null ? "" : String.format(Locale.ROOT, "%11s %8s  ", "earlier", "faster"),
                "limit; where the time goes");
        for (Result result : report.results()) {
            if (result.timing().median() <= 0) {
                // A difference of two measurements, lost in their noise.
                line("%-8s %4d  too short to measure here", result.part().label(), result.batch());
                continue;
            }
            Result old = before.get(result.key());
            String beside = "";
            if (earlier != null) {
                beside = old == null || old.timing().median() <= 0
                        ? String.format(Locale.ROOT, "%11s %8s  ", "-", "-")
                        : String.format(
                                Locale.ROOT,
                                "%11s %7.2fx  ",
                                time(old.timing().median()),
                                old.timing().median() / result.timing().median());
            }
            line(
                    "%-8s %4d %11s %5.0f%% %11s %8.0f%% %8.1f %9.1f  %s%s%s",
                    result.part().label(),
                    result.batch(),
                    time(result.timing().median()),
                    100 * result.timing().spread(),
                    time(result.floor()),
                    100 * result.share(),
                    result.bytesPerSecond() / 1e9,
                    result.flopsPerSecond() / 1e9,
                    beside,
                    result.bound().name().toLowerCase(Locale.ROOT),
                    split(result));
        }
        headShare(report);
    }

    private static String split(Result result) {
        if (result.split().isEmpty()) {
            return "";
        }
        double whole = result.timing().median();
        return "; "
                + result.split().entrySet().stream()
                        .map(e -> String.format(Locale.ROOT, "%s %.0f%%", e.getKey(), 100 * e.getValue() / whole))
                        .collect(Collectors.joining(", "));
    }

    /** The head beside the backbone: the first thing that goes wrong with models of this kind. */
    private void headShare(BenchReport report) {
        for (Result head : report.results()) {
            if (head.part() == Part.HEAD) {
                report.results().stream()
                        .filter(r -> r.part() == Part.STEP
                                && r.batch() == head.batch()
                                && r.timing().median() > 0)
                        .findFirst()
                        .ifPresent(step -> line(
                                "head over backbone step, %d rows: %.2f (at best %.2f)",
                                head.batch(),
                                head.timing().median() / step.timing().median(),
                                head.floor() / step.floor()));
            }
        }
    }

    private void pictures(BenchReport report, BenchReport earlier) {
        for (PictureResult picture : report.pictures()) {
            String beside = earlier == null
                    ? ""
                    : earlier.pictures().stream()
                            .filter(old -> old.key().equals(picture.key()))
                            .findFirst()
                            .map(old -> String.format(
                                    Locale.ROOT,
                                    "; earlier %s, %.2fx faster now",
                                    time(old.total()),
                                    old.total() / picture.total()))
                            .orElse("");
            out.println();
            line(
                    "%d picture%s of %dx%d with guidance, %d flow steps: %s, first row after %s, %s a token%s",
                    picture.pictures(),
                    picture.pictures() == 1 ? "" : "s side by side",
                    picture.width(),
                    picture.height(),
                    picture.flowSteps(),
                    time(picture.total()),
                    time(picture.first()),
                    time(picture.perToken()),
                    beside);
        }
    }

    private void requests(List<RequestResult> results) {
        RequestResult first = results.getFirst();
        out.println();
        line(
                "requests side by side, one picture of %dx%d each, %d flow steps; at most: what the machine could do at best",
                first.width(), first.height(), first.flowSteps());
        line(
                "%-9s %-9s %11s %7s %8s %11s %12s %7s %8s %13s",
                "guidance",
                "requests",
                "tokens/s",
                "times",
                "at most",
                "last token",
                "pictures/s",
                "times",
                "at most",
                "last picture");
        for (RequestResult result : results) {
            RequestResult one = results.stream()
                    .filter(other -> other.guided() == result.guided())
                    .findFirst()
                    .orElseThrow();
            line(
                    "%-9s %-9d %11.1f %6.2fx %7.2fx %11s %12.2f %6.2fx %7.2fx %13s",
                    result.guided() ? "yes" : "no",
                    result.requests(),
                    result.tokensPerSecond(),
                    result.tokensPerSecond() / one.tokensPerSecond(),
                    result.mostTokens(one),
                    time(result.drawn().median()),
                    result.picturesPerSecond(),
                    result.picturesPerSecond() / one.picturesPerSecond(),
                    result.mostPictures(one),
                    time(result.finished().median()));
        }
    }

    private void memory(MemoryResult memory) {
        out.println();
        line(
                "memory   peak %.2f GiB; before %.2f + weights %.2f + cache %.2f + activations %.2f = %.2f GiB (%.2f of that)%s",
                memory.peak() / GIB,
                memory.before() / GIB,
                memory.weights() / GIB,
                memory.cache() / GIB,
                memory.activations() / GIB,
                memory.expected() / GIB,
                memory.ratio(),
                memory.swapped() > 0
                        ? String.format(Locale.ROOT, "; %.2f GiB swapped out", memory.swapped() / GIB)
                        : "");
    }

    /** Seconds with a unit that suits them. */
    static String time(double seconds) {
        if (seconds >= 10) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        if (seconds >= 1) {
            return String.format(Locale.ROOT, "%.2f s", seconds);
        }
        return seconds >= 1e-3
                ? String.format(Locale.ROOT, "%.2f ms", seconds * 1e3)
                : String.format(Locale.ROOT, "%.1f us", seconds * 1e6);
    }

    private void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
