package stipple.train.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import stipple.torch.UserException;

final class MixtureTest {
    @Test
    void ratios_hold_over_ten_thousand_rows() {
        Mixture mixture = new Mixture(42, 20, 40, 10, 30);
        int[] counts = new int[4];
        LongStream.range(0, 10_000).forEach(p -> counts[mixture.at(p).part()]++);
        assertEquals(2000, counts[0]);
        assertEquals(4000, counts[1]);
        assertEquals(1000, counts[2]);
        assertEquals(3000, counts[3]);
    }

    @Test
    void ratios_that_do_not_come_out_even_are_within_a_row_of_a_thousand() {
        Mixture mixture = new Mixture(42, 1, 1, 1);
        int[] counts = new int[3];
        LongStream.range(0, 9_000).forEach(p -> counts[mixture.at(p).part()]++);
        for (int count : counts) {
            assertEquals(3000, count, 9);
        }
    }

    @Test
    void a_part_gives_its_rows_one_after_the_other_without_gaps() {
        Mixture mixture = new Mixture(7, 3, 1);
        long[] next = new long[2];
        for (long p = 0; p < 3500; p++) {
            Mixture.Pick pick = mixture.at(p);
            assertEquals(next[pick.part()]++, pick.position());
        }
    }

    @Test
    void a_position_asked_for_out_of_the_blue_is_the_same_as_in_order() {
        Mixture ordered = new Mixture(7, 3, 1, 2);
        Mixture resumed = new Mixture(7, 3, 1, 2);
        for (long p = 0; p < 2500; p++) {
            ordered.at(p);
        }
        assertEquals(ordered.at(2499), resumed.at(2499));
        assertEquals(ordered.at(17), resumed.at(17));
        assertNotEquals(
                LongStream.range(0, 50).mapToObj(new Mixture(8, 3, 1, 2)::at).toList(),
                LongStream.range(0, 50).mapToObj(ordered::at).toList());
    }

    @Test
    void weights_that_cannot_be_met_are_refused() {
        assertThrows(UserException.class, () -> new Mixture(1, 1, 0));
        UserException e = assertThrows(UserException.class, () -> new Mixture(1, 1_000_000, 1));
        assertTrue(e.getMessage().contains("one row in 1000"), e.getMessage());
    }
}
