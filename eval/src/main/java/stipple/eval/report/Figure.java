package stipple.eval.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Locale;
import stipple.eval.stats.Interval;

/**
 * A measured number.
 *
 * @param name what it is, such as {@code counting}
 * @param value the number
 * @param interval where the true value lies with 95 % confidence; null where none is known
 * @param count pictures it was taken from
 * @param unit what it is counted in, such as {@code dB}; {@value #SHARE} for shares, which people read as percent
 */
public record Figure(String name, double value, Interval interval, int count, String unit) {
    /** The unit of shares, from 0 to 1. */
    public static final String SHARE = "share";

    /** Reports of older versions know shares only. */
    public Figure {
        unit = unit == null ? SHARE : unit;
    }

    /** A share. */
    public Figure(String name, double value, Interval interval, int count) {
        this(name, value, interval, count, SHARE);
    }

    /** The figure of a name, or null. */
    static Figure named(String name, List<Figure> figures) {
        return figures.stream().filter(f -> f.name().equals(name)).findFirst().orElse(null);
    }

    /** The names of all figures of some runs, those of the first run first. */
    static List<String> names(List<List<Figure>> runs) {
        return runs.stream().flatMap(List::stream).map(Figure::name).distinct().toList();
    }

    /** Whether it is a share. */
    @JsonIgnore
    public boolean isShare() {
        return unit.equals(SHARE);
    }

    /** A number of this figure's kind for people: percent of a share, otherwise four digits that count. */
    public String words(double number) {
        if (isShare()) {
            return String.format(Locale.ROOT, "%.1f", 100 * number);
        }
        double size = Math.abs(number);
        int digits = size >= 100 || size == 0 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 4 : 6;
        double shown = size < 0.5 * Math.pow(10, -digits) ? 0 : number; // nothing but zeros has no sign
        return String.format(Locale.ROOT, "%." + digits + "f%s", shown, unit.isEmpty() ? "" : " " + unit);
    }
}
