package stipple.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import stipple.eval.run.PictureRun;

/** How far a suite is, as a bar on a terminal; what people should know is told everywhere. */
final class EvalProgress implements PictureRun.Progress {
    private final PrintWriter err;
    private final ProgressBar bar;
    private final String what;
    private final String unit;
    private int before = -1;

    EvalProgress(CommandSpec spec, String what, String unit) {
        err = spec.commandLine().getErr();
        bar = Host.of(spec).terminal() ? new ProgressBar(err) : null;
        this.what = what;
        this.unit = unit;
    }

    @Override
    public void done(int done, int all) {
        if (bar != null) {
            // What was there before says nothing of how long the rest takes.
            before = before < 0 ? done : before;
            bar.show(what, done - before, all - before, unit);
            if (done == all) {
                bar.clear();
            }
        }
    }

    @Override
    public void note(String line) {
        clear();
        err.println(line);
        err.flush();
    }

    /** Removes the bar. */
    void clear() {
        if (bar != null) {
            bar.clear();
        }
    }
}
