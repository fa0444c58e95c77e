package stipple.train.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which samples of a pass share a row (reference §4.4). Samples queue up in the bucket of their picture size; when a bucket
 * holds a row's worth of tokens, as many whole samples as fit are taken from its front. What is left at the end of the
 * pass is packed across buckets, so that a pass depends on nothing before it.
 *
 * @param rows for each row the samples of the pass in it, in order
 * @param rejected samples that are longer than a row
 * @param tokens tokens in all rows
 * @param budget tokens that a row holds
 */
record PackingPlan(List<int[]> rows, int rejected, long tokens, int budget) {
    /** What the plan needs to know of a sample. */
    record Item(int length, String bucket) {}

    static PackingPlan of(List<Item> items, int budget) {
        Packer packer = new Packer(items, budget);
        for (int i = 0; i < items.size(); i++) {
            packer.add(i);
        }
        return packer.finish();
    }

    /** The share of a pass's slots that hold nothing. */
    double waste() {
        return rows.isEmpty() ? 0 : 1 - (double) tokens / ((long) rows.size() * budget);
    }

    private static final class Bucket {
        private final Deque<Integer> samples = new ArrayDeque<>();
        private long tokens;
    }

    private static final class Packer {
        private final List<Item> items;
        private final int budget;
        private final Map<String, Bucket> buckets = new LinkedHashMap<>();
        private final List<int[]> rows = new ArrayList<>();
        private int rejected;
        private long tokens;

        Packer(List<Item> items, int budget) {
            this.items = items;
            this.budget = budget;
        }

        void add(int i) {
            Item item = items.get(i);
            if (item.length() > budget) {
                rejected++;
                return;
            }
            Bucket bucket = buckets.computeIfAbsent(item.bucket(), b -> new Bucket());
            bucket.samples.add(i);
            bucket.tokens += item.length();
            while (bucket.tokens >= budget) {
                emit(bucket);
            }
        }

        private void emit(Bucket bucket) {
            int[] row = new int[bucket.samples.size()];
            int count = 0;
            int used = 0;
            while (!bucket.samples.isEmpty()
                    && used + items.get(bucket.samples.peek()).length() <= budget) {
                row[count] = bucket.samples.remove();
                used += items.get(row[count++]).length();
            }
            bucket.tokens -= used;
            tokens += used;
            rows.add(Arrays.copyOf(row, count));
        }

        PackingPlan finish() {
            Bucket left = new Bucket();
            buckets.values().stream()
                    .flatMap(bucket -> bucket.samples.stream())
                    .sorted()
                    .forEach(i -> {
                        left.samples.add(i);
                        left.tokens += items.get(i).length();
                    });
            while (!left.samples.isEmpty()) {
                emit(left);
            }
            return new PackingPlan(List.copyOf(rows), rejected, tokens, budget);
        }
    }
}
