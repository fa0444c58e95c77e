package stipple.eval.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WilsonTest {
    @Test
    void intervals_are_those_of_the_literature() {
        // Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29.
        near(0.2553, 0.3662, Wilson.of(81, 263));
        near(0.0624, 0.1605, Wilson.of(15, 148));
        near(0, 0.1611, Wilson.of(0, 20));
        near(0.0061, 0.1718, Wilson.of(1, 29));
        near(1 - 0.1611, 1, Wilson.of(20, 20));
    }

    private static void near(double low, double high, Interval interval) {
        assertEquals(low, interval.low(), 5e-5);
        assertEquals(high, interval.high(), 5e-5);
    }

    @Test
    void pictures_of_a_prompt_that_agree_count_once() {
        double[][] equal = {{1, 1, 1, 1}, {0, 0, 0, 0}, {1, 1, 1, 1}, {0, 0, 0, 0}, {1, 1, 1, 1}};
        assertEquals(Wilson.of(3, 5).low(), Wilson.clustered(equal).low(), 1e-9);
        assertEquals(Wilson.of(3, 5).high(), Wilson.clustered(equal).high(), 1e-9);
    }

    @Test
    void pictures_of_a_prompt_that_do_not_agree_count_each() {
        double[][] mixed = {{1, 0}, {0, 1}, {1, 0}, {1, 0}};
        assertEquals(Wilson.of(4, 8).low(), Wilson.clustered(mixed).low(), 1e-9);
        assertEquals(
                Wilson.of(1, 1).low(), Wilson.clustered(new double[][] {{1}}).low(), 1e-9);
    }

    @Test
    void the_interval_holds_the_true_share_as_often_as_it_says() {
        SplittableRandom random = new SplittableRandom(4);
        int held = 0;
        for (int run = 0; run < 2000; run++) {
            double[][] prompts = new double[40][2];
            for (double[] prompt : prompts) {
                // Half of the prompts are easy and half are hard, so pictures of one agree: the true share is 0.5.
                double chance = random.nextBoolean() ? 0.9 : 0.1;
                prompt[0] = random.nextDouble() < chance ? 1 : 0;
                prompt[1] = random.nextDouble() < chance ? 1 : 0;
            }
            held += Wilson.clustered(prompts).holds(0.5) ? 1 : 0;
        }
        assertTrue(held > 1860 && held < 1960, held + " of 2000");
    }

    @Test
    void no_trials_have_no_interval() {
        assertThrows(IllegalArgumentException.class, () -> Wilson.of(0, 0));
    }
}
