package stipple.train.rl;

import java.util.Arrays;
import java.util.stream.LongStream;
import stipple.train.data.Seeds;

/**
 * The tokens of a group in which its pictures draw noises of their own. All else they share: the same tokens before, the same
 * noises in each token's beginning and behind. So what one picture gained over another is due to these tokens alone, which are the
 * ones that are learnt from (common random numbers).
 *
 * @param from first token
 * @param count how many, one after another
 */
record Stretch(int from, int count) {
    /** Keeps places apart from everything else that is derived from a group. */
    private static final long PURPOSE = 11;

    /** All of a picture: nothing is shared. */
    static Stretch whole(int tokens) {
        return new Stretch(0, tokens);
    }

    /** A place that depends on nothing but the seed and the group. */
    static Stretch of(long seed, long group, int count, int tokens) {
        long random = Seeds.mix(seed, group, 0, PURPOSE);
        return new Stretch((int) Math.floorMod(random, (long) (tokens - count + 1)), count);
    }

    boolean has(int token) {
        return token >= from && token < from + count;
    }

    /**
     * Which rows of {@code [pictures * tokens]} are those of some pictures.
     *
     * @param pictures where each lies
     * @param own the stretch of each
     */
    static long[] rows(int[] pictures, Stretch[] own, int tokens) {
        long[][] rows = new long[pictures.length][];
        for (int i = 0; i < pictures.length; i++) {
            long first = (long) pictures[i] * tokens + own[i].from;
            rows[i] = LongStream.range(first, first + own[i].count).toArray();
        }
        return Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
    }
}
