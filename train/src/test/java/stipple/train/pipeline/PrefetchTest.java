package stipple.train.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import stipple.torch.UserException;

final class PrefetchTest {
    private static TokenRow row(long position) {
        return new TokenRow(new int[] {(int) position}, new long[1], List.of());
    }

    @Test
    void the_rows_are_those_of_the_stream_in_any_order_of_asking() {
        try (Prefetch rows = new Prefetch(PrefetchTest::row, 4, 2)) {
            for (long p : new long[] {0, 1, 2, 2, 1, 100, 101, 3}) {
                assertEquals((int) p, rows.row(p).ids()[0]);
            }
        }
    }

    @Test
    void rows_behind_the_one_asked_for_are_made_in_the_background_and_once() {
        AtomicInteger made = new AtomicInteger();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Prefetch rows = new Prefetch(
                position -> {
                    made.incrementAndGet();
                    threads.add(Thread.currentThread());
                    return row(position);
                },
                8,
                1);
        try (rows) {
            for (long p = 0; p < 20; p++) {
                rows.row(p);
            }
            assertTrue(rows.pending().containsKey(27L));
            rows.pending().values().forEach(java.util.concurrent.CompletableFuture::join);
            assertEquals(28, made.get());
        }
        assertTrue(!threads.contains(Thread.currentThread()));
    }

    @Test
    void a_failure_in_the_background_arrives_where_the_row_is_asked_for() {
        try (Prefetch rows = new Prefetch(
                position -> {
                    throw new UserException("no row " + position);
                },
                2,
                1)) {
            assertEquals(
                    "no row 5",
                    assertThrows(UserException.class, () -> rows.row(5)).getMessage());
        }
    }
}
