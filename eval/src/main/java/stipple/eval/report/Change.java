package stipple.eval.report;

import java.util.List;
import java.util.Locale;
import stipple.eval.stats.Bootstrap;

/**
 * How later runs differ from the first one in one respect.
 *
 * @param measure {@value #CORRECT}, {@value #WINS} or the id of a {@link Mark}
 * @param group the class of prompts, or {@link Scores#OVERALL}
 * @param unit what it is counted in, as in {@link Figure}
 * @param runs each later run by itself
 * @param mean over the later runs
 */
public record Change(String measure, String group, String unit, List<Double> runs, Bootstrap.Difference mean) {
    /** Difference of the shares of correct pictures. */
    public static final String CORRECT = "correct";

    /** Share of prompts and seeds for which the later picture has the higher score; ties count half. */
    public static final String WINS = "win rate";

    /** Copies the list. */
    public Change {
        runs = List.copyOf(runs);
    }

    /** A name that no other line of a comparison has. */
    public String name() {
        return measure.equals(CORRECT) ? group : measure + ", " + group;
    }

    /** A value of this kind for people: points with their sign, percent of a win rate, or a number with its unit. */
    public String words(double value) {
        if (measure.equals(WINS)) {
            return String.format(Locale.ROOT, "%.1f %%", 100 * value);
        }
        return unit.equals(Figure.SHARE)
                ? String.format(Locale.ROOT, "%+.1f", 100 * value)
                : String.format(Locale.ROOT, "%+.2f %s", value, unit).strip();
    }
}
