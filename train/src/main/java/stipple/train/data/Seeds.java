package stipple.train.data;

/** Derives independent seeds from one seed and counters. */
public final class Seeds {
    private Seeds() {}

    /** A well-mixed seed for the given counters; equal arguments give equal seeds. */
    public static long mix(long seed, long... counters) {
        long hash = seed;
        for (long counter : counters) {
            hash = finish(hash * 0x9E3779B97F4A7C15L + counter + 0x632BE59BD9B4E019L);
        }
        return finish(hash) >>> 1;
    }

    /** The finaliser of SplitMix64. */
    private static long finish(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
