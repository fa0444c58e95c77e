package stipple.data.order;

import java.util.SplittableRandom;
import java.util.function.LongToIntFunction;

/**
 * The reference's order of samples (reference §4.5), for reading that stays within one shard for a while: every pass
 * permutes the shards, lays their samples end to end, and permutes within consecutive stretches of at most 50 000. Seeds
 * are the reference's; the permutations themselves are ours. Any position can be asked for. Safe for use by many threads.
 */
public final class ShardOrder implements LongToIntFunction {
    /** Samples that are permuted among each other. */
    public static final int STRETCH = 50_000;

    private final int seed;
    private final int[] first;
    private final int size;
    private final int stretch;
    private long pass = -1;
    private int[] order;

    /**
     * An order over shards.
     *
     * @param firstSamples the first sample of every shard, ascending, beginning with 0
     * @param size samples in all shards
     */
    public ShardOrder(int seed, int[] firstSamples, int size) {
        this(seed, firstSamples, size, STRETCH);
    }

    /** An order that permutes within stretches of another length. */
    public ShardOrder(int seed, int[] firstSamples, int size, int stretch) {
        if (size < 1 || stretch < 1 || firstSamples.length == 0 || firstSamples[0] != 0) {
            throw new IllegalArgumentException("an order needs samples, stretches, and shards that begin at 0");
        }
        this.seed = seed;
        this.first = firstSamples.clone();
        this.size = size;
        this.stretch = stretch;
    }

    @Override
    public synchronized int applyAsInt(long position) {
        long wanted = position / size;
        if (wanted != pass) {
            order = pass(wanted);
            pass = wanted;
        }
        return order[(int) (position % size)];
    }

    private int[] pass(long wanted) {
        int[] shards = new int[first.length];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = i;
        }
        shuffle(shards, 0, shards.length, ReferenceSeed.of(seed, wanted));
        int[] samples = new int[size];
        int at = 0;
        for (int shard : shards) {
            int end = shard + 1 < first.length ? first[shard + 1] : size;
            for (int i = first[shard]; i < end; i++) {
                samples[at++] = i;
            }
        }
        // The last stretch takes the remainder.
        int stretches = Math.max(1, size / stretch);
        for (int s = 0; s < stretches; s++) {
            int end = s == stretches - 1 ? size : (s + 1) * stretch;
            shuffle(samples, s * stretch, end, ReferenceSeed.of(seed, wanted, s));
        }
        return samples;
    }

    private static void shuffle(int[] values, int from, int to, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = to - 1; i > from; i--) {
            int j = random.nextInt(from, i + 1);
            int held = values[i];
            values[i] = values[j];
            values[j] = held;
        }
    }
}
