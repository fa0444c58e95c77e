package stipple.model.decode;

import stipple.torch.Torch;

/**
 * Decides how many threads a native call gets: all, or one. The threads of a call meet at hundreds of barriers, so for a
 * small network one thread is faster than two as soon as another program wants a core. Which it is shows only by
 * trying; the result is the same to the last bit, so both are timed while the calls do their work.
 */
final class TeamSize {
    /** Calls of more multiplications are never tried on one thread: there is enough work between the barriers. */
    private static final double SMALL = 1e9;

    /**
     * The slower choice is tried again now and then, because other programs come and go: after so many calls at the
     * earliest, and seldom enough that trials take a small share of the time.
     */
    private static final int TRIAL = 16;

    private static final double TRIAL_SHARE = 1.0 / 32;

    /** Calls at the beginning that take turns: the first ones find cold caches and sleeping threads, so the best counts. */
    private static final int FIRST = 6;

    private static final int MOST_ROWS = 64;
    private static final double MEMORY = 0.7;
    private static final double MEMORY_OF_TRIALS = 0.5;

    /** A call that was held up once counts as so many times what is usual: another program stays longer than one call. */
    private static final double MOST_GROWTH = 1.5;

    private final double perRow;
    private final double[][] nanos = new double[MOST_ROWS + 1][2];
    private final int[] begun = new int[MOST_ROWS + 1];
    /** Calls since the slower choice was tried. */
    private final int[] waited = new int[MOST_ROWS + 1];

    private final int[] decided = new int[MOST_ROWS + 1];

    /**
     * For one kind of call.
     *
     * @param perRow multiplications of one row
     */
    TeamSize(double perRow) {
        this.perRow = perRow;
    }

    /** Threads for the next call over so many rows; {@link #took} must follow. */
    int forRows(long rows) {
        int threads = Torch.threads();
        int size = (int) Math.min(rows, MOST_ROWS);
        decided[size] = threads > 1 && alone(size) ? 1 : 0;
        return decided[size] == 1 ? 1 : threads;
    }

    private boolean alone(int size) {
        double together = nanos[size][0];
        double alone = nanos[size][1];
        if (size * perRow > SMALL) {
            return false;
        }
        if (begun[size] < FIRST) {
            return ++begun[size] % 2 == 1;
        }
        boolean better = alone < together;
        double loss = Math.abs(together - alone) / Math.min(together, alone);
        waited[size]++;
        if (waited[size] < Math.max(TRIAL, loss / TRIAL_SHARE)) {
            return better;
        }
        waited[size] = 0;
        return !better;
    }

    /** Takes down how long that call lasted. */
    void took(long rows, long duration) {
        int size = (int) Math.min(rows, MOST_ROWS);
        double[] known = nanos[size];
        int way = decided[size];
        if (known[way] == 0 || begun[size] < FIRST) {
            known[way] = known[way] == 0 ? duration : Math.min(known[way], duration);
        } else {
            double memory = waited[size] == 0 ? MEMORY_OF_TRIALS : MEMORY;
            known[way] = memory * known[way] + (1 - memory) * Math.min(duration, MOST_GROWTH * known[way]);
        }
    }
}
