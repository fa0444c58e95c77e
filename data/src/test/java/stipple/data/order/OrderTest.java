package stipple.data.order;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderTest {
    @Test
    void the_reference_seeds_are_reproduced() {
        assertEquals(42, ReferenceSeed.of(42));
        assertEquals(1302, ReferenceSeed.of(42, 0));
        assertEquals(40362, ReferenceSeed.of(42, 0, 0));
        assertEquals(1302, ReferenceSeed.of(42L, 0L));
        assertEquals(0, ReferenceSeed.of());
        // 42*31 + ('a'*31 + 'b')
        assertEquals(42 * 31 + 97 * 31 + 98, ReferenceSeed.of(42, "ab"));
        assertTrue(ReferenceSeed.of(-1, "a long name that overflows many times over") >= 0);
        assertEquals(0x7fffffff, ReferenceSeed.of(-1));
        assertThrows(IllegalArgumentException.class, () -> ReferenceSeed.of(1.5));
    }

    @Test
    void a_pass_holds_every_sample_once_and_the_next_one_another_order() {
        ShardOrder order = new ShardOrder(42, new int[] {0, 30, 60}, 100, 40);
        int[] first = IntStream.range(0, 100).map(order::applyAsInt).toArray();
        int[] second = IntStream.range(100, 200).map(order::applyAsInt).toArray();
        assertArrayEquals(
                IntStream.range(0, 100).toArray(), Arrays.stream(first).sorted().toArray());
        assertArrayEquals(
                IntStream.range(0, 100).toArray(),
                Arrays.stream(second).sorted().toArray());
        assertFalse(Arrays.equals(first, second));
        assertEquals(first[57], new ShardOrder(42, new int[] {0, 30, 60}, 100, 40).applyAsInt(57));
    }

    @Test
    void samples_of_a_shard_stay_together_within_a_stretch() {
        // Stretches as long as a shard: each stretch is exactly one shard.
        ShardOrder order = new ShardOrder(7, new int[] {0, 10, 20, 30}, 40, 10);
        for (long s = 0; s < 4; s++) {
            int shard = order.applyAsInt(s * 10) / 10;
            for (int i = 0; i < 10; i++) {
                assertEquals(shard, order.applyAsInt(s * 10 + i) / 10);
            }
        }
    }
}
