package stipple.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** One line on a terminal that is drawn over itself. */
final class ProgressBar {
    private static final int WIDTH = 24;
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final double NANOS = 1e9;

    private final PrintWriter out;
    private final long start = System.nanoTime();
    private boolean shown;

    ProgressBar(PrintWriter out) {
        this.out = out;
    }

    /**
     * Shows how far the work is; the time left follows from the time so far.
     *
     * @param done steps done, all of them since this bar was made
     * @param unit what a step is, for the rate
     */
    void show(String what, long done, long total, String unit) {
        double seconds = (System.nanoTime() - start) / NANOS;
        String timing = done == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "  %s %s/s  %s left",
                        rate(done / seconds),
                        unit,
                        duration(seconds / done * (total - done)));
        int filled = total == 0 ? 0 : (int) (WIDTH * done / total);
        out.print(CLEAR_LINE + "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] "
                + String.format(Locale.ROOT, "%3d%%  ", total == 0 ? 0 : 100 * done / total) + what + timing);
        out.flush();
        shown = true;
    }

    /** Removes the line. */
    void clear() {
        if (shown) {
            out.print(CLEAR_LINE);
            out.flush();
            shown = false;
        }
    }

    /** Minutes and seconds, with hours where there are any. */
    static String duration(double seconds) {
        long s = Math.round(seconds);
        return s >= 3600
                ? "%d:%02d:%02d".formatted(s / 3600, s / 60 % 60, s % 60)
                : "%d:%02d".formatted(s / 60, s % 60);
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%.0f", perSecond);
    }
}
