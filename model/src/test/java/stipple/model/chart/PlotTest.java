package stipple.model.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {
    @Test
    void axes_have_round_marks_and_turn_logarithmic_where_values_span_decades() {
        assertEquals(List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0), rounded(new Axis(0, 1, false).marks()));
        assertEquals(List.of(-1.0, -0.5, 0.0, 0.5), rounded(new Axis(-1.1, 0.9, false).marks()));
        Axis wide = Axis.around(0.001, 10, true);
        assertTrue(wide.logarithmic());
        assertEquals(List.of(0.001, 0.01, 0.1, 1.0, 10.0), rounded(wide.marks()));
        assertEquals(0.5, wide.at(0.1), 1e-9);
        assertFalse(Axis.around(1, 20, true).logarithmic());
        assertFalse(Axis.around(-1, 1000, true).logarithmic());
        assertTrue(Axis.around(3, 3, false).at(3) > 0.4, "a flat line is in the middle");
    }

    private static List<Double> rounded(List<Double> values) {
        return values.stream().map(v -> Math.round(v * 1e9) / 1e9).toList();
    }

    @Test
    void numbers_are_short() {
        assertEquals("0", Axis.text(0));
        assertEquals("0.05", Axis.text(0.05));
        assertEquals("1200", Axis.text(1200));
        assertEquals("2.5", Axis.text(2.5));
        assertEquals("2e-5", Axis.text(2e-5));
        assertEquals("1e-4", Axis.text(1e-4));
        assertEquals("-2.5e-10", Axis.text(-2.5e-10));
        assertEquals("1.5e9", Axis.text(1.5e9));
    }

    @Test
    void a_line_runs_from_corner_to_corner_and_leaves_out_what_is_no_number() {
        String svg = new Plot("a <b>", new Axis(0, 2, false), new Axis(0, 1, false))
                .line("x & y", new double[] {0, 1, 2}, new double[] {0, Double.NaN, 1}, "curve")
                .svg();
        assertTrue(svg.contains("aria-label=\"a &lt;b&gt;\"") && svg.endsWith("</svg>"), svg);
        assertTrue(
                svg.contains("<polyline class=\"curve\" points=\"56.0,212.0 448.0,12.0 \"><title>x &amp; y</title>"),
                svg);
    }
}
