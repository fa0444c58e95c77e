package stipple.data.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stipple.data.pixels.Resampler.Filter;

class ResamplerTest {
    private static Pixels grey(int width, int height, int... levels) {
        byte[] rgb = new byte[3 * levels.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) levels[i / 3];
        }
        return new Pixels(width, height, rgb);
    }

    @ParameterizedTest
    @EnumSource(Filter.class)
    void one_colour_stays_that_colour_at_any_size(Filter filter) {
        assertEquals(Pixels.filled(7, 31, 93), Resampler.resize(Pixels.filled(20, 10, 93), 7, 31, filter));
    }

    @Test
    void the_box_filter_averages_the_covered_pixels() {
        Pixels p = Resampler.resize(grey(4, 2, 0, 100, 10, 20, 200, 40, 30, 40), 2, 1, Filter.BOX);
        assertArrayEquals(new byte[] {85, 85, 85, 25, 25, 25}, p.rgb());
    }

    @ParameterizedTest
    @EnumSource(Filter.class)
    void fine_stripes_shrink_to_grey_without_aliasing(Filter filter) {
        byte[] rgb = new byte[3 * 256 * 4];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % 2 == 0 ? 0 : 254);
        }
        Pixels p = Resampler.resize(new Pixels(256, 4, rgb), 32, 4, filter);
        for (int x = 4; x < 28; x++) {
            assertEquals(127, p.at(x, 2, 0), 2, "column " + x);
        }
    }

    @Test
    void bicubic_and_lanczos_weights_are_those_of_their_formulas() {
        // Doubling 0 | 200: the samples lie at -0.25, 0.25, 0.75, 1.25; bicubic weight of the right pixel at 0.25 is
        // W(0.75) / (W(0.25) + W(0.75)) with W(t) = 1.5t^3 - 2.5t^2 + 1, that is 0.2266 / (0.8672 + 0.2266).
        Pixels cubic = Resampler.resize(grey(2, 1, 0, 200), 4, 1, Filter.BICUBIC);
        assertEquals(41, cubic.at(1, 0, 0));
        // Lanczos: L(t) = sinc(t) sinc(t/3); L(0.25) = 0.8900, L(0.75) = 0.2701, others are outside the picture.
        Pixels lanczos = Resampler.resize(grey(2, 1, 0, 200), 4, 1, Filter.LANCZOS);
        assertEquals(47, lanczos.at(1, 0, 0));
    }

    @Test
    void fitting_keeps_the_aspect_ratio_and_centres_on_white() {
        Pixels p = Resampler.fitOnWhite(Pixels.filled(8, 16, 0), 8, Filter.BICUBIC);
        assertEquals(255, p.at(1, 4, 0));
        assertEquals(0, p.at(2, 4, 0));
        assertEquals(0, p.at(5, 0, 0));
        assertEquals(255, p.at(6, 7, 0));
    }

    @Test
    void the_same_size_returns_the_picture_itself() {
        Pixels p = Pixels.filled(3, 3, 1);
        assertSame(p, Resampler.resize(p, 3, 3, Filter.LANCZOS));
    }
}
