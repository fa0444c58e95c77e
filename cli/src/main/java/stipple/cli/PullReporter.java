package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import stipple.model.hub.PullListener;

/** Tells people how a pull is going: a bar on a terminal, a line per event elsewhere. */
final class PullReporter implements PullListener, AutoCloseable {
    private static final long MIB = 1L << 20;
    private static final long REDRAW_NANOS = 200_000_000;

    private final PrintWriter err;
    private final boolean terminal;
    private final boolean quiet;
    private ProgressBar bar;
    private long before = -1;
    private long drawn;

    PullReporter(PrintWriter err, boolean terminal, boolean quiet) {
        this.err = err;
        this.terminal = terminal;
        this.quiet = quiet;
    }

    @Override
    public synchronized void waiting(Path lock) {
        say("another process is busy with this model; waiting for it (" + lock + ")");
    }

    @Override
    public synchronized void planned(String commit, int files, long bytes) {
        say("commit " + commit.substring(0, 8) + ": " + files + " files, " + size(bytes));
        if (terminal && !quiet) {
            bar = new ProgressBar(err);
        }
    }

    @Override
    public synchronized void progress(long done, long total) {
        if (before < 0) {
            before = done;
        }
        long now = System.nanoTime();
        if (bar != null && now - drawn > REDRAW_NANOS) {
            drawn = now;
            // What earlier pulls fetched would make this one look fast.
            long fetched = Math.max(0, done - before);
            bar.show(size(done) + " of " + size(total), fetched / MIB, Math.max(1, (total - before) / MIB), "MiB");
        }
    }

    @Override
    public synchronized void pausing(String what, String why, Duration pause) {
        say(what + ": " + why + "; trying again in " + Math.max(1, pause.toSeconds()) + " s");
    }

    private void say(String text) {
        if (bar != null) {
            bar.clear();
        }
        if (!quiet) {
            err.println("stipple: " + text);
            err.flush();
        }
    }

    /** Bytes as people read them. */
    static String size(long bytes) {
        return bytes >= 1000L * MIB
                ? String.format(java.util.Locale.ROOT, "%.2f GiB", bytes / (1024.0 * MIB))
                : String.format(java.util.Locale.ROOT, "%.1f MiB", bytes / (double) MIB);
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.clear();
        }
    }
}
