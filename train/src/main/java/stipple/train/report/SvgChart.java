package stipple.train.report;

import java.util.Arrays;
import java.util.List;
import stipple.model.chart.Axis;
import stipple.model.chart.Plot;

/** A figure over steps as inline SVG, coloured by the page's style sheet. */
final class SvgChart {
    private static final int MOST_POINTS = 600;
    private static final int MOST_DOTS = 60;
    private static final int WINDOWS = 60;

    private SvgChart() {}

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
            return draw(over(List.of(series), noisy), series, null, noisy);
        }
        Series beside = other.thinned(MOST_POINTS);
        return draw(over(List.of(series, beside), noisy), series, beside, noisy);
    }

    /** Draws a figure that only the other run has. */
    static String ofOther(Series other, boolean noisy) {
        Series beside = other.thinned(MOST_POINTS);
        Series none = new Series(other.name(), new double[0], new double[0]);
        return draw(over(List.of(beside), noisy), none, beside, noisy);
    }

    /** Axes with room for all points. */
    private static Plot over(List<Series> all, boolean noisy) {
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
        return new Plot(
                all.getFirst().name(),
                new Axis(first, last > first ? last : first + 1, false),
                Axis.around(values[0], values[values.length - 1], noisy));
    }

    private static String draw(Plot plot, Series series, Series beside, boolean smooth) {
        if (beside != null) {
            line(plot, smooth ? smoothed(beside) : beside, "beside");
        }
        line(plot, series, smooth ? "raw" : "curve");
        if (smooth && !series.isEmpty()) {
            line(plot, smoothed(series), "curve");
        }
        // Few points are dots that tell their values.
        for (int i = 0; i < series.steps().length && series.steps().length <= MOST_DOTS; i++) {
            double step = series.steps()[i];
            double value = series.values()[i];
            plot.dot("step " + Axis.text(step) + ": " + Axis.text(value), step, value);
        }
        return plot.svg();
    }

    private static Series smoothed(Series series) {
        return series.smoothed(series.steps().length / WINDOWS);
    }

    private static void line(Plot plot, Series series, String style) {
        plot.line(series.name(), series.steps(), series.values(), style);
    }
}
