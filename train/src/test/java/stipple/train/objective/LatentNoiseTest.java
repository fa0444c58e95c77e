package stipple.train.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import stipple.torch.Rng;
import stipple.torch.Scope;

class LatentNoiseTest {
    private static final int PICTURES = 600;
    private static final int VALUES = 4 * 10 * 10;

    private static float[] draw(double gamma, int from, int count) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(11)) {
            BatchPart part = new BatchPart(new long[PICTURES], from, count);
            return LatentNoise.draw(gamma, part, new long[] {count, 4, 10, 10}, rng)
                    .toFloats();
        }
    }

    @Test
    void the_strength_is_uniform_from_zero_to_gamma_one_for_each_picture() {
        float[] noise = draw(0.5, 0, PICTURES);
        double[] strengths = new double[PICTURES];
        for (int i = 0; i < PICTURES; i++) {
            double squares = 0;
            for (int j = 0; j < VALUES; j++) {
                double value = noise[i * VALUES + j];
                squares += value * value;
            }
            strengths[i] = Math.sqrt(squares / VALUES);
        }
        Arrays.sort(strengths);
        assertTrue(strengths[0] < 0.01 && strengths[PICTURES - 1] < 0.56, Arrays.toString(strengths));
        for (double quantile : new double[] {0.1, 0.25, 0.5, 0.75, 0.9}) {
            assertEquals(0.5 * quantile, strengths[(int) (quantile * PICTURES)], 0.035, "quantile " + quantile);
        }
    }

    @Test
    void a_picture_has_the_same_noise_however_the_batch_is_cut() {
        float[] whole = draw(0.5, 0, PICTURES);
        float[] part = draw(0.5, 100, 50);
        assertArrayEquals(Arrays.copyOfRange(whole, 100 * VALUES, 150 * VALUES), part);
    }

    @Test
    void without_strength_there_is_no_noise() {
        for (float value : draw(0, 0, PICTURES)) {
            assertEquals(0f, Math.abs(value));
        }
    }
}
