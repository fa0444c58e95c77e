package stipple.train.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import stipple.model.files.HtmlText;

/** A figure over steps as inline SVG, coloured by the page's style sheet. */
final class SvgChart {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 240;
    private static final int LEFT = 56;
    private static final int RIGHT = 12;
    private static final int TOP = 12;
    private static final int BOTTOM = 28;
    private static final int MOST_POINTS = 600;
    private static final int WINDOWS = 60;

    private final StringBuilder out = new StringBuilder();
    private final Axis x;
    private final Axis y;

    private SvgChart(Axis x, Axis y) {
        this.x = x;
        this.y = y;
    }

    /**
     * Draws a figure.
     *
     * @param other the same figure of another run, or null
     * @param noisy whether it is noisy and may span decades: then a mean of neighbours is drawn over it, and the axis may
     *     be logarithmic
     */
    static String of(Series all, Series other, boolean noisy) {
        Series series = all.thinned(MOST_POINTS);
        if (other == null || other.isEmpty()) {
            return over(List.of(series), noisy).draw(series, null, noisy);
        }
        Series beside = other.thinned(MOST_POINTS);
        return over(List.of(series, beside), noisy).draw(series, beside, noisy);
    }

    /** Draws a figure that only the other run has. */
    static String ofOther(Series other, boolean noisy) {
        Series beside = other.thinned(MOST_POINTS);
        return over(List.of(beside), noisy).draw(new Series(other.name(), new double[0], new double[0]), beside, noisy);
    }

    /** A chart with room for all points. */
    private static SvgChart over(List<Series> all, boolean noisy) {
        double[] values = all.stream()
                .flatMapToDouble(s -> Arrays.stream(s.values()))
                .sorted()
                .toArray();
        double[] steps = all.stream()
                .flatMapToDouble(s -> Arrays.stream(s.steps()))
                .sorted()
                .toArray();
        double first = steps[0];
        double last = steps[steps.length - 1];
        return new SvgChart(
                new Axis(first, last > first ? last : first + 1, false),
                Axis.around(values[0], values[values.length - 1], noisy));
    }

    private String draw(Series series, Series beside, boolean smooth) {
        add("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, HtmlText.of(series.name()));
        for (double mark : y.marks()) {
            double at = down(mark);
            add("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, at, at);
            add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 6, at + 4, Axis.text(mark));
        }
        for (double mark : x.marks()) {
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", right(mark), HEIGHT - 8, Axis.text(mark));
        }
        if (beside != null) {
            line(smooth ? beside.smoothed(beside.steps().length / WINDOWS) : beside, "beside");
        }
        line(series, smooth ? "raw" : "curve");
        if (smooth && !series.isEmpty()) {
            line(series.smoothed(series.steps().length / WINDOWS), "curve");
        }
        if (series.steps().length <= 60) {
            dots(series);
        }
        add("</svg>");
        return out.toString();
    }

    private void line(Series series, String style) {
        out.append("<polyline class=\"").append(style).append("\" points=\"");
        for (int i = 0; i < series.steps().length; i++) {
            add("%.1f,%.1f ", right(series.steps()[i]), down(series.values()[i]));
        }
        out.append("\"/>");
    }

    /** Few points are dots that tell their values. */
    private void dots(Series series) {
        for (int i = 0; i < series.steps().length; i++) {
            add(
                    "<circle r=\"2.5\" cx=\"%.1f\" cy=\"%.1f\"><title>step %s: %s</title></circle>",
                    right(series.steps()[i]),
                    down(series.values()[i]),
                    Axis.text(series.steps()[i]),
                    Axis.text(series.values()[i]));
        }
    }

    private double right(double step) {
        return LEFT + x.at(step) * (WIDTH - LEFT - RIGHT);
    }

    private double down(double value) {
        return HEIGHT - BOTTOM - y.at(value) * (HEIGHT - TOP - BOTTOM);
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }
}
