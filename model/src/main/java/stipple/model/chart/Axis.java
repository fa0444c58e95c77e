package stipple.model.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A range of values with round marks.
 *
 * @param low value at the beginning
 * @param high value at the end
 * @param logarithmic whether equal ratios are equally far apart
 */
public record Axis(double low, double high, boolean logarithmic) {
    private static final int MARKS = 5;
    private static final double WIDE = 30;

    /**
     * A range around values.
     *
     * @param decades whether it is to be logarithmic if all are positive and they span more than a factor of thirty
     */
    public static Axis around(double min, double max, boolean decades) {
        if (decades && min > 0 && max / min > WIDE) {
            return new Axis(min, max, true);
        }
        double room = max > min ? 0.04 * (max - min) : Math.max(Math.abs(max) * 0.1, 1e-9);
        return new Axis(min - room, max + room, false);
    }

    /** Where a value lies, 0 at the beginning and 1 at the end. */
    public double at(double value) {
        return logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    /** Round values within the range. */
    public List<Double> marks() {
        List<Double> marks = new ArrayList<>();
        if (logarithmic) {
            int decades = (int) Math.ceil(Math.log10(high / low));
            int every = Math.max(1, decades / MARKS);
            for (double power = Math.ceil(Math.log10(low)); power <= Math.log10(high); power += every) {
                marks.add(Math.pow(10, power));
            }
            return marks;
        }
        double step = round((high - low) / MARKS);
        for (double mark = Math.ceil(low / step) * step; mark <= high + step * 1e-9; mark += step) {
            marks.add(Math.abs(mark) < step * 1e-9 ? 0 : mark);
        }
        return marks;
    }

    /** The next of 1, 2 or 5 times a power of ten. */
    private static double round(double step) {
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        double rest = step / power;
        return (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10) * power;
    }

    /** A number as short as it can be read. */
    public static String text(double value) {
        double size = Math.abs(value);
        if (value == 0) {
            return "0";
        }
        if (size >= 1e6 || size < 1e-3) {
            return String.format(Locale.ROOT, "%.1e", value)
                    .replaceFirst("\\.0e", "e")
                    .replaceFirst("e([+-])0", "e$1")
                    .replace("e+", "e");
        }
        String plain = String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 1 ? "%.2f" : "%.4f", value);
        return plain.contains(".") ? plain.replaceFirst("\\.?0+$", "") : plain;
    }
}
