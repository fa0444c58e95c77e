package stipple.eval.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stipple.model.chart.Axis;
import stipple.model.chart.Plot;
import stipple.model.files.HtmlText;

/**
 * Lines over the places of a sequence, of which the first is 1.
 *
 * @param name what its values are
 * @param over what the places are, such as {@code token}
 * @param low a value that the axis shows at least; the axis becomes logarithmic where this and all values are positive and
 *     they span decades
 * @param high another
 * @param lines what is compared
 */
public record LineChart(String name, String over, double low, double high, List<Line> lines) {
    /** Lines of so many kinds can be told apart by colour; further ones are dashed. */
    private static final int COLOURS = 4;

    /**
     * A line.
     *
     * @param name what tells it from the others
     * @param values one for each place; some may be no numbers, where a measurement ran away
     */
    public record Line(String name, List<Double> values) {
        /** Copies the values. */
        public Line {
            values = List.copyOf(values);
        }
    }

    /** Copies the lines. */
    public LineChart {
        lines = List.copyOf(lines);
    }

    /** The chart with a legend above it, coloured by the page's style sheet: classes {@code line0} to {@code line3}. */
    String html() {
        int places = lines.stream().mapToInt(line -> line.values().size()).max().orElse(1);
        double[] values = Stream.concat(Stream.of(low, high), lines.stream().flatMap(line -> line.values().stream()))
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        Plot plot = new Plot(
                name, new Axis(1, Math.max(2, places), false), Axis.around(values[0], values[values.length - 1], true));
        StringBuilder legend = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            String style = "line" + i % COLOURS + (i < COLOURS ? "" : " dashed");
            double[] ys =
                    line.values().stream().mapToDouble(Double::doubleValue).toArray();
            double[] xs = IntStream.rangeClosed(1, ys.length).asDoubleStream().toArray();
            plot.line(line.name(), xs, ys, style);
            legend.append(" <span class=\"").append(style).append("\">— ").append(HtmlText.of(line.name()));
            long lost = Arrays.stream(ys).filter(y -> !Double.isFinite(y)).count();
            legend.append(lost == 0 ? "" : " (" + lost + " beyond all numbers)").append("</span>");
        }
        return "<figure class=\"chart\"><figcaption><strong>" + HtmlText.of(name) + "</strong> over "
                + HtmlText.of(over) + legend + "</figcaption>" + plot.svg() + "</figure>";
    }
}
