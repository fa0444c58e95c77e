package stipple.train.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongToIntFunction;

/**
 * Documents and ends of text as one endless stream, cut into windows of exactly the same length; everything is learnt
 * (reference §4.3). A pass holds every document once, so it always has the same number of tokens, and the pass and place
 * of a window follow from its position. Safe for use by many threads.
 */
final class TextStream implements RowStream {
    private final List<int[]> documents;
    private final LongToIntFunction order;
    private final int window;
    private final int end;
    private final long total;
    private Pass latest;

    /** The documents of one pass in their order, and where each begins. */
    private record Pass(long number, int[] documents, long[] starts) {}

    /**
     * A stream.
     *
     * @param documents token ids of each, without an end of text
     * @param order which document comes at a position of the endless sequence of documents
     * @param window tokens in a row
     * @param end the end of text
     */
    TextStream(List<int[]> documents, LongToIntFunction order, int window, int end) {
        this.documents = List.copyOf(documents);
        this.order = order;
        this.window = window;
        this.end = end;
        this.total = documents.stream().mapToLong(d -> d.length + 1L).sum();
    }

    @Override
    public TokenRow row(long position) {
        int[] ids = new int[window];
        long at = position * window;
        int filled = 0;
        while (filled < window) {
            Pass pass = pass(at / total);
            long inPass = at % total;
            int k = Arrays.binarySearch(pass.starts(), inPass);
            k = k < 0 ? -k - 2 : k;
            int[] document = documents.get(pass.documents()[k]);
            int from = (int) (inPass - pass.starts()[k]);
            int count = Math.min(document.length - from, window - filled);
            System.arraycopy(document, from, ids, filled, count);
            filled += count;
            at += count;
            if (from + count == document.length && filled < window) {
                ids[filled++] = end;
                at++;
            }
        }
        return new TokenRow(ids, Arrays.stream(ids).asLongStream().toArray(), List.of());
    }

    private synchronized Pass pass(long number) {
        if (latest == null || latest.number() != number) {
            int n = documents.size();
            int[] indices = new int[n];
            long[] starts = new long[n];
            long at = 0;
            for (int i = 0; i < n; i++) {
                indices[i] = order.applyAsInt(number * n + i);
                starts[i] = at;
                at += documents.get(indices[i]).length + 1L;
            }
            latest = new Pass(number, indices, starts);
        }
        return latest;
    }
}
