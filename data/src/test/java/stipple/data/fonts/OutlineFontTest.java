package stipple.data.fonts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stipple.data.DataException;

class OutlineFontTest {
    private final OutlineFont font = OutlineFont.readWoff(FakeFont.woff(), "fake");

    private static void assertBounds(double left, double top, double right, double bottom, Path2D path) {
        Rectangle2D bounds = path.getBounds2D();
        assertEquals(left, bounds.getMinX(), 1e-9);
        assertEquals(top, bounds.getMinY(), 1e-9);
        assertEquals(right, bounds.getMaxX(), 1e-9);
        assertEquals(bottom, bounds.getMaxY(), 1e-9);
    }

    @Test
    void a_box_stands_on_the_baseline_with_y_down() {
        assertBounds(0, -0.7, 0.5, 0, font.line("A"));
        assertTrue(font.line("A").contains(0.25, -0.35));
    }

    @Test
    void letters_stand_side_by_side_by_their_advances() {
        assertBounds(0, -0.7, 1.7, 0, font.line("AZB"));
        assertFalse(font.line("AB").contains(0.55, -0.3), "between the letters");
    }

    @Test
    void a_contour_of_control_points_alone_is_round() {
        Path2D round = font.line("o");
        assertBounds(0, -0.2, 0.2, 0, round);
        assertTrue(round.contains(0.1, -0.1));
        assertFalse(round.contains(0.01, -0.01), "the corner is cut off");
    }

    @Test
    void a_composite_glyph_is_scaled_and_moved() {
        for (char c : FakeFont.others().toCharArray()) {
            assertBounds(0.1, -0.4, 0.35, -0.05, font.line(Character.toString(c)));
        }
    }

    @Test
    void a_character_without_a_glyph_is_refused_by_name() {
        assertFalse(font.covers("naïve"));
        String message =
                assertThrows(DataException.class, () -> font.line("a%")).getMessage();
        assertTrue(message.contains("fake") && message.contains("'%'"), message);
    }

    @Test
    void what_is_no_woff_or_cut_off_is_refused_and_never_read_beyond_its_end() {
        byte[] file = FakeFont.woff();
        assertThrows(DataException.class, () -> OutlineFont.readWoff(new byte[100], "zeros"));
        for (int length = 0; length < file.length; length += 7) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThrows(DataException.class, () -> OutlineFont.readWoff(cut, "cut"), "length " + length);
        }
    }

    @Test
    void a_font_without_truetype_outlines_is_refused() {
        Map<String, byte[]> tables = FakeFont.tables();
        tables.remove("glyf");
        String message = assertThrows(DataException.class, () -> OutlineFont.readWoff(FakeFont.woff(tables), "cff"))
                .getMessage();
        assertTrue(message.contains("glyf"), message);
    }
}
