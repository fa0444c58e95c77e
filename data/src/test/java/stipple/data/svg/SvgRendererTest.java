package stipple.data.svg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import stipple.data.DataException;
import stipple.data.pixels.Pixels;
import stipple.data.quality.PictureChecks;
import stipple.data.quality.PictureChecks.Extent;

class SvgRendererTest {
    private static byte[] svg(String body) {
        return ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"100\">" + body + "</svg>")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void the_page_keeps_its_margins_and_a_fitted_drawing_fills_the_square_from_wherever_it_stood() {
        byte[] corner = svg("<rect x=\"70\" y=\"80\" width=\"20\" height=\"10\" fill=\"#f00\"/>");
        assertEquals(
                new Extent(70, 80, 20, 10),
                PictureChecks.extent(SvgRenderer.render(corner, 100, "corner")).orElseThrow());
        Extent fitted = PictureChecks.extent(SvgRenderer.renderFitted(corner, 100, "corner"))
                .orElseThrow();
        assertEquals(new Extent(4, 27, 92, 46), fitted);
    }

    @Test
    void a_blank_page_stays_blank() {
        Pixels blank = SvgRenderer.renderFitted(svg(""), 50, "blank");
        assertEquals("blank picture", PictureChecks.fault(blank).orElseThrow());
    }

    @Test
    void a_drawing_that_the_library_can_draw_in_part_only_is_refused_and_the_next_one_is_not() {
        byte[] broken = svg("<g transform=\"matrix(1,0,0,1\"><rect width=\"50\" height=\"50\"/></g>");
        String message = assertThrows(DataException.class, () -> SvgRenderer.render(broken, 50, "broken"))
                .getMessage();
        assertTrue(message.startsWith("broken: ") && !message.contains("\n"), message);
        assertThrows(DataException.class, () -> SvgRenderer.render(new byte[] {1, 2, 3}, 50, "no svg"));
        assertTrue(PictureChecks.fault(SvgRenderer.render(svg("<rect width=\"50\" height=\"50\"/>"), 50, "whole"))
                .isEmpty());
    }
}
