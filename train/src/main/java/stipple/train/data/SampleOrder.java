package stipple.train.data;

import java.util.SplittableRandom;

/**
 * The order in which samples are seen: a fresh permutation for every pass, determined by the seed alone. Any position can
 * be asked for at any time, so a resumed run needs to know nothing but its step.
 */
public final class SampleOrder {
    private final long seed;
    private final int[] order;
    private long pass = -1;

    /** An order over {@code size} samples. */
    public SampleOrder(long seed, int size) {
        this.seed = seed;
        this.order = new int[size];
    }

    /** The sample at a position of the endless stream. */
    public int at(long position) {
        long wanted = position / order.length;
        if (wanted != pass) {
            shuffle(wanted);
        }
        return order[(int) (position % order.length)];
    }

    private void shuffle(long wanted) {
        SplittableRandom random = new SplittableRandom(Seeds.mix(seed, wanted));
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int held = order[i];
            order[i] = order[j];
            order[j] = held;
        }
        pass = wanted;
    }
}
