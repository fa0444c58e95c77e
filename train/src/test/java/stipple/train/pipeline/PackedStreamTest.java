package stipple.train.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import stipple.model.image.TokenGrid;
import stipple.torch.UserException;
import stipple.train.data.SampleOrder;
import stipple.train.data.Seeds;

final class PackedStreamTest {
    private static final int BUDGET = 40;

    /** Samples whose rows consist of their number, of a length that changes with every pass, in one of two sizes. */
    private static SampleStream samples(int n, int longest) {
        SampleOrder order = new SampleOrder(3, n);
        return new SampleStream() {
            @Override
            public int size() {
                return n;
            }

            @Override
            public TokenRow row(long position) {
                int sample;
                synchronized (order) {
                    sample = order.at(position);
                }
                int length = 1 + new SplittableRandom(Seeds.mix(1, position)).nextInt(longest);
                int[] ids = new int[length];
                Arrays.fill(ids, sample);
                TokenGrid grid = sample % 2 == 0 ? new TokenGrid(1, 2) : new TokenGrid(2, 1);
                return new TokenRow(
                        ids, new long[length], List.of(new TokenRow.Placed(new PictureRef(sample, grid), true)));
            }
        };
    }

    /** Rows that hold every sample of the first pass. */
    private static List<TokenRow> firstPass(PackedStream packed, int n) {
        List<TokenRow> rows = new ArrayList<>();
        int seen = 0;
        for (long p = 0; seen < n; p++) {
            rows.add(packed.row(p));
            seen += rows.getLast().pictures().size();
        }
        return rows;
    }

    @Test
    void no_sample_is_split_and_each_comes_once_in_a_pass() {
        int n = 200;
        SampleStream samples = samples(n, 17);
        List<TokenRow> rows = firstPass(new PackedStream(samples, BUDGET, "test"), n);
        Map<Integer, Integer> lengths = new HashMap<>();
        for (TokenRow row : rows) {
            assertTrue(row.length() <= BUDGET);
            // A sample's tokens stand together: whenever the number changes, a sample seen before must not come back.
            int previous = -1;
            for (int id : row.ids()) {
                assertTrue(id == previous || !lengths.containsKey(id), "sample " + id + " is split");
                lengths.merge(id, 1, Integer::sum);
                previous = id;
            }
        }
        assertEquals(n, lengths.size());
        for (long q = 0; q < n; q++) {
            TokenRow whole = samples.row(q);
            assertEquals(whole.length(), lengths.get(whole.ids()[0]));
        }
    }

    @Test
    void rows_hold_pictures_of_one_size_but_for_the_rest_of_a_pass() {
        List<TokenRow> rows = firstPass(new PackedStream(samples(200, 17), BUDGET, "test"), 200);
        long mixed = rows.stream()
                .filter(row -> row.pictures().stream()
                                .map(p -> p.picture().grid())
                                .distinct()
                                .count()
                        > 1)
                .count();
        assertTrue(mixed <= 3, mixed + " rows of " + rows.size());
    }

    @Test
    void a_stream_that_begins_in_a_later_pass_gives_the_same_rows() {
        PackedStream whole = new PackedStream(samples(50, 17), BUDGET, "test");
        List<TokenRow> all = LongStream.range(0, 60).mapToObj(whole::row).toList();
        PackedStream resumed = new PackedStream(samples(50, 17), BUDGET, "test");
        assertEquals(all.get(45), resumed.row(45));
        assertEquals(all.get(3), resumed.row(3));
        assertEquals(
                all.subList(46, 60),
                LongStream.range(46, 60).mapToObj(resumed::row).toList());
        assertNotEquals(all.subList(0, 8), all.subList(20, 28));
    }

    @Test
    void empty_slots_and_samples_that_are_too_long_are_counted() {
        PackedStream packed = new PackedStream(samples(300, 50), BUDGET, "test");
        SampleStream samples = samples(300, 50);
        int tooLong = (int) LongStream.range(0, 300)
                .filter(q -> samples.row(q).length() > BUDGET)
                .count();
        assertEquals(tooLong, packed.rejected());
        assertTrue(tooLong > 0);
        List<TokenRow> rows = firstPass(packed, 300 - tooLong);
        double used = rows.stream().mapToInt(TokenRow::length).sum();
        assertEquals(1 - used / (rows.size() * BUDGET), packed.waste(), 1e-12);
    }

    @Test
    void a_set_without_any_fitting_sample_is_refused() {
        PackedStream packed = new PackedStream(samples(10, 50), 0, "huge");
        UserException e = assertThrows(UserException.class, () -> packed.row(0));
        assertTrue(e.getMessage().contains("'huge'"), e.getMessage());
    }
}
