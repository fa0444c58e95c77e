package stipple.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import stipple.eval.report.Change;
import stipple.eval.report.EvalReport;
import stipple.eval.report.Figure;
import stipple.eval.report.RunComparison;
import stipple.eval.stats.Bootstrap;
import stipple.eval.stats.Interval;
import stipple.model.files.JsonObjectFile;

/** Scores as a table, or as a line of JSON each. */
final class EvalTable {
    private final PrintWriter out;
    private final boolean json;

    EvalTable(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    void print(EvalReport report) {
        if (!json) {
            out.printf(Locale.ROOT, "%-56s %9s   %-21s %8s%n", report.suite() + ", %", "score", "95 %", "pictures");
        }
        report.figures().forEach(figure -> figure(report.suite(), "score", figure));
        report.judge().forEach(figure -> figure(report.suite(), "judge", figure));
        out.flush();
    }

    private void figure(String suite, String kind, Figure figure) {
        if (json) {
            ObjectNode line = JsonObjectFile.newObject();
            line.put("suite", suite)
                    .put("kind", kind)
                    .put("name", figure.name())
                    .put("value", figure.value())
                    .put("unit", figure.unit());
            interval(line, figure.interval());
            out.println(line.put("count", figure.count()));
        } else {
            String name = kind.equals("judge") ? "judge: " + figure.name() : figure.name();
            Interval range = figure.interval();
            String ends = range == null ? "" : figure.words(range.low()) + " to " + figure.words(range.high());
            out.printf(
                    Locale.ROOT, "%-56s %9s   %-21s %8d%n", name, figure.words(figure.value()), ends, figure.count());
        }
    }

    void print(RunComparison comparison) {
        int runs = comparison.later().size();
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "%-32s %10s   %-20s %7s%s%n",
                    comparison.first().suite() + ", points",
                    runs > 1 ? "mean" : "difference",
                    "95 %",
                    "p",
                    runs > 1 ? "  each run" : "");
        }
        comparison.changes().forEach(this::change);
        if (!json) {
            out.printf(Locale.ROOT, "%d pictures became right, %d wrong%n", comparison.better(), comparison.worse());
            if (!comparison.lacking().isEmpty()) {
                out.println("not compared, for a run does not tell it (run its suite again there, pictures are kept): "
                        + String.join(", ", comparison.lacking()));
            }
        }
        out.flush();
    }

    private void change(Change change) {
        Bootstrap.Difference mean = change.mean();
        if (json) {
            ObjectNode line = JsonObjectFile.newObject();
            line.put("name", change.name())
                    .put("measure", change.measure())
                    .put("group", change.group())
                    .put("unit", change.unit())
                    .put("value", mean.value());
            interval(line, mean.interval());
            ArrayNode runs = line.put("p", mean.p()).putArray("runs");
            change.runs().forEach(runs::add);
            out.println(line);
        } else {
            String each = change.runs().size() == 1
                    ? ""
                    : "  " + change.runs().stream().map(change::words).collect(Collectors.joining(", "));
            out.printf(
                    Locale.ROOT,
                    "%-32s %10s   %-20s %7.3f%s%s%n",
                    change.name(),
                    change.words(mean.value()),
                    change.words(mean.interval().low()) + " to "
                            + change.words(mean.interval().high()),
                    mean.p(),
                    each,
                    mean.isClear() ? "" : "  not clear");
        }
    }

    private static void interval(ObjectNode line, Interval interval) {
        if (interval != null) {
            line.put("low", interval.low()).put("high", interval.high());
        }
    }
}
