package stipple.eval.report;

import java.util.List;
import java.util.Locale;
import stipple.model.files.HtmlText;

/** Shares as horizontal bars with their intervals, as inline SVG; one bar a run for each name. */
final class BarChart {
    private static final int BARS = 490;
    private static final int SHORTEST = 130;
    private static final double LETTER = 6;
    private static final int RIGHT = 20;
    private static final int BAR = 14;
    private static final int GAP = 12;
    private static final int BOTTOM = 24;

    private final StringBuilder out = new StringBuilder();
    private final int left;

    /** A chart with room for the longest name. */
    private BarChart(List<String> names) {
        int longest = names.stream().mapToInt(String::length).max().orElse(0);
        left = Math.max(SHORTEST, (int) (LETTER * longest) + GAP);
    }

    /**
     * Draws the figures.
     *
     * @param all the figures of each run; what is no share is left out, and where a run lacks a name there is no bar
     */
    static String of(List<List<Figure>> all) {
        List<List<Figure>> runs = all.stream()
                .map(run -> run.stream().filter(Figure::isShare).toList())
                .toList();
        List<String> names = Figure.names(runs);
        return names.isEmpty() ? "" : new BarChart(names).draw(names, runs);
    }

    private String draw(List<String> names, List<List<Figure>> runs) {
        int block = runs.size() * BAR + GAP;
        int height = names.size() * block + BOTTOM;
        add("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"scores\">", left + BARS + RIGHT, height);
        for (int mark = 0; mark <= 100; mark += 20) {
            double x = right(mark / 100.0);
            add("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/>", x, x, height - BOTTOM);
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d %%</text>", x, height - 6, mark);
        }
        for (int i = 0; i < names.size(); i++) {
            int top = i * block + GAP / 2;
            add(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                    left - 8, top + runs.size() * BAR / 2 + 4, HtmlText.of(names.get(i)));
            for (int run = 0; run < runs.size(); run++) {
                Figure figure = Figure.named(names.get(i), runs.get(run));
                if (figure != null) {
                    bar(figure, run, top + run * BAR);
                }
            }
        }
        return out.append("</svg>").toString();
    }

    private void bar(Figure figure, int run, int top) {
        double end = right(figure.value());
        add(
                "<rect class=\"run%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s: %s %%</title></rect>",
                run, left, top + 1, end - left, BAR - 2, HtmlText.of(figure.name()), figure.words(figure.value()));
        if (figure.interval() != null) {
            double middle = top + BAR / 2.0;
            double low = right(figure.interval().low());
            double high = right(figure.interval().high());
            add(
                    "<path class=\"range\" d=\"M%.1f %.1fH%.1fM%.1f %.1fv6M%.1f %.1fv6\"/>",
                    low, middle, high, low, middle - 3, high, middle - 3);
        }
    }

    private double right(double share) {
        return left + Math.clamp(share, 0, 1) * BARS;
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }
}
