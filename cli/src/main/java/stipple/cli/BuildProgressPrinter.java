package stipple.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import stipple.data.SkipLog;
import stipple.data.build.BuildProgress;
import stipple.data.build.SetReport;

/** Shows how far a build is: a bar on a terminal, lines of JSON, or a line per stage; then what was made. */
final class BuildProgressPrinter implements Consumer<BuildProgress>, AutoCloseable {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final boolean terminal;
    private String stage = "";
    private ProgressBar bar;

    BuildProgressPrinter(CommandSpec spec, boolean json) {
        this.out = spec.commandLine().getOut();
        this.err = spec.commandLine().getErr();
        this.json = json;
        this.terminal = Host.of(spec).terminal();
    }

    @Override
    public void accept(BuildProgress progress) {
        if (json) {
            out.println(new Report()
                    .put("event", "progress")
                    .put("stage", progress.stage())
                    .put("done", progress.done())
                    .put("total", progress.total())
                    .json());
            return;
        }
        if (terminal) {
            if (!stage.equals(progress.stage())) {
                close();
                bar = new ProgressBar(err);
            }
            bar.show(progress.stage(), progress.done(), progress.total(), "steps");
        } else if (!stage.equals(progress.stage())) {
            err.println(progress.stage() + " (" + progress.total() + ")");
        }
        stage = progress.stage();
    }

    /** Prints the figures of a set. */
    void print(SetReport built) {
        close();
        Report report = new Report().put("folder", built.folder().toString()).put("samples", built.samples());
        built.counts().forEach((axis, values) -> report.put("by_" + axis, counts(values)));
        Report leftOut = new Report();
        built.leftOut().entries().forEach((SkipLog.Entry entry) -> leftOut.put(entry.reason(), entry.count()));
        report.put("captions", counts(built.captions()))
                .put("left_out", leftOut)
                .put("shards", built.shards().size())
                .print(out, json);
    }

    static Report counts(Map<String, Integer> counts) {
        Report report = new Report();
        counts.forEach(report::put);
        return report;
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.clear();
        }
    }
}
