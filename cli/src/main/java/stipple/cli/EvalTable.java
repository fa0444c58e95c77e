package stipple.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
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
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "%-24s %10s   %-17s %7s%n",
                    comparison.first().suite() + ", points",
                    "difference",
                    "95 %",
                    "p");
        }
        comparison.differences().forEach(this::difference);
        if (!json) {
            out.printf(Locale.ROOT, "%d pictures became right, %d wrong%n", comparison.better(), comparison.worse());
        }
        out.flush();
    }

    private void difference(String name, Bootstrap.Difference d) {
        if (json) {
            ObjectNode line = JsonObjectFile.newObject();
            line.put("name", name).put("difference", d.value());
            interval(line, d.interval());
            out.println(line.put("p", d.p()));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%-24s %+10.1f   %-17s %7.3f%s%n",
                    name,
                    100 * d.value(),
                    String.format(
                            Locale.ROOT,
                            "%+.1f to %+.1f",
                            100 * d.interval().low(),
                            100 * d.interval().high()),
                    d.p(),
                    d.isClear() ? "" : "  not clear");
        }
    }

    private static void interval(ObjectNode line, Interval interval) {
        if (interval != null) {
            line.put("low", interval.low()).put("high", interval.high());
        }
    }
}
