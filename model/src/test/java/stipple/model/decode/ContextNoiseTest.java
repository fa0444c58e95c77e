package stipple.model.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.torch.UserException;

class ContextNoiseTest {
    private static final float[] TOKEN = {1, -2};
    private static final float[][] DRAWS = {{9, 9}, {8, 8}, {0.5f, 4}};

    @Test
    void a_token_is_read_as_so_much_of_itself_and_the_rest_noise() {
        assertSame(TOKEN, ContextNoise.NONE.over(TOKEN));
        assertArrayEquals(
                new float[] {0.875f, -0.5f}, ContextNoise.of(0.25, DRAWS).over(TOKEN), 1e-6f);
        assertArrayEquals(DRAWS[2], ContextNoise.of(1, DRAWS).over(TOKEN));
    }

    @Test
    void no_noise_takes_no_draw() {
        assertEquals(0, ContextNoise.draws(0));
        assertEquals(1, ContextNoise.draws(0.01));
        assertSame(ContextNoise.NONE, ContextNoise.of(0, DRAWS));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void a_level_outside_of_its_range_is_refused(double level) {
        assertEquals(
                "The context noise must be from 0 (none) to 1, got " + level,
                assertThrows(UserException.class, () -> ContextNoise.require(level))
                        .getMessage());
    }
}
