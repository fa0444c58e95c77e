package stipple.eval.report;

import java.util.Locale;

/** Shares in pages. */
final class Percents {
    private Percents() {}

    /** A share as a percentage. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }

    /** A difference of shares in percentage points, with its sign. */
    static String points(double difference) {
        return String.format(Locale.ROOT, "%+.1f", 100 * difference);
    }
}
