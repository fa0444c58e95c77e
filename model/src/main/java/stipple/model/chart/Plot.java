package stipple.model.chart;

import java.util.Locale;
import stipple.model.files.HtmlText;

/** Lines over two axes as inline SVG; the page's style sheet gives the classes of lines their colours, and {@code grid}. */
public final class Plot {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 240;
    private static final int LEFT = 56;
    private static final int RIGHT = 12;
    private static final int TOP = 12;
    private static final int BOTTOM = 28;

    private final StringBuilder out = new StringBuilder();
    private final Axis x;
    private final Axis y;

    /** Both axes with their marks, and no line yet. */
    public Plot(String name, Axis x, Axis y) {
        this.x = x;
        this.y = y;
        add("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, HtmlText.of(name));
        for (double mark : y.marks()) {
            double at = down(mark);
            add("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, at, at);
            add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 6, at + 4, Axis.text(mark));
        }
        for (double mark : x.marks()) {
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", right(mark), HEIGHT - 8, Axis.text(mark));
        }
    }

    /**
     * Draws a line through points; those that are no numbers are left out.
     *
     * @param style its class
     */
    public Plot line(String name, double[] xs, double[] ys, String style) {
        add("<polyline class=\"%s\" points=\"", style);
        for (int i = 0; i < xs.length; i++) {
            if (Double.isFinite(ys[i])) {
                add("%.1f,%.1f ", right(xs[i]), down(ys[i]));
            }
        }
        add("\"><title>%s</title></polyline>", HtmlText.of(name));
        return this;
    }

    /** Draws a dot that tells what it is. */
    public Plot dot(String name, double atX, double atY) {
        add(
                "<circle r=\"2.5\" cx=\"%.1f\" cy=\"%.1f\"><title>%s</title></circle>",
                right(atX), down(atY), HtmlText.of(name));
        return this;
    }

    /** What was drawn. */
    public String svg() {
        return out + "</svg>";
    }

    private double right(double value) {
        return LEFT + x.at(value) * (WIDTH - LEFT - RIGHT);
    }

    private double down(double value) {
        return HEIGHT - BOTTOM - y.at(value) * (HEIGHT - TOP - BOTTOM);
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }
}
