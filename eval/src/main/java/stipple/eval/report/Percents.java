package stipple.eval.report;

import java.util.Locale;

/** Shares in pages. */
final class Percents {
    private Percents() {}

    /** A share as a percentage. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }
}
