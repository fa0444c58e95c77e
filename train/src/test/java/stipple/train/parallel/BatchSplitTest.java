package stipple.train.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import stipple.torch.UserException;

final class BatchSplitTest {
    @Test
    void every_sample_of_a_batch_goes_to_one_process_once() {
        BatchSplit split = new BatchSplit(24, 3, 4);
        int[] seen = IntStream.range(0, 3)
                .flatMap(micro -> IntStream.range(0, 4).flatMap(rank -> {
                    int from = split.from(micro, rank);
                    return IntStream.range(from, from + split.count());
                }))
                .toArray();
        assertArrayEquals(IntStream.range(0, 24).toArray(), seen);
    }

    @Test
    void two_processes_without_accumulation_have_the_parts_of_one_with_two() {
        BatchSplit two = new BatchSplit(8, 1, 2);
        BatchSplit one = new BatchSplit(8, 2, 1);
        assertEquals(one.from(0, 0), two.from(0, 0));
        assertEquals(one.from(1, 0), two.from(0, 1));
        assertEquals(one.count(), two.count());
    }

    @Test
    void a_batch_that_does_not_come_out_even_is_refused() {
        UserException e = assertThrows(UserException.class, () -> new BatchSplit(12, 2, 4));
        assertTrue(e.getMessage().contains("batch (12) must be a multiple of accumulate (2) times WORLD_SIZE (4)"));
    }
}
