package stipple.data.palette;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import stipple.data.DataException;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;

class NamedColourTest {
    @Test
    void contrast_is_that_of_wcag_and_the_same_both_ways() {
        NamedColour black = () -> new Swatch("black", "黑", 0);
        NamedColour grey = () -> new Swatch("grey", "灰", 0x777777);
        assertEquals(21, black.contrast(Ground.WHITE), 1e-9);
        assertEquals(4.48, Ground.WHITE.contrast(grey), 0.005);
        assertEquals(grey.contrast(black), black.contrast(grey));
        assertEquals(1, grey.contrast(grey));
    }

    @Test
    void a_colour_is_found_by_its_word_and_an_unknown_word_is_answered_with_the_palette() {
        assertSame(Colour.RED, Colour.ofWord("Red"));
        assertSame(Ground.LIGHT_BLUE, Ground.ofWord("light blue"));
        String message =
                assertThrows(DataException.class, () -> Colour.ofWord("mauve")).getMessage();
        assertTrue(message.contains("'mauve'") && message.contains("purple"), message);
    }
}
