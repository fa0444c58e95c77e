package stipple.data.build;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import stipple.data.DataException;

/** Builds sets whose pictures are functions of seed and number: as many for training as asked for, and held-out ones beside them. */
public final class DrawnSet {
    private static final int PER_SHARD = 1000;
    private static final int REPORT_EVERY = 200;

    private DrawnSet() {}

    /**
     * What to build.
     *
     * @param output the folder of the set; an earlier build in it is replaced
     * @param count training pictures
     * @param size side of the pictures in pixels
     * @param seed another seed draws other pictures; what is held out stays the same
     * @param threads threads that draw; the result does not depend on it
     */
    public record Options(Path output, int count, int size, long seed, int threads) {
        /** Checks the ranges. */
        public Options {
            if (count < 1) {
                throw new DataException("a set has at least 1 picture, given " + count);
            }
            if (size < 32 || size > 1024) {
                throw new DataException("pictures of " + size + " pixels cannot be drawn; give a size from 32 to 1024");
            }
            if (threads < 1) {
                throw new DataException("threads are at least 1, given " + threads);
            }
        }

        /**
         * Everything that determines the bytes.
         *
         * @param generator name and version of what draws
         */
        public Map<String, String> parameters(String generator) {
            return new TreeMap<>(Map.of(
                    "generator", generator,
                    "count", Integer.toString(count),
                    "size", Integer.toString(size),
                    "seed", Long.toString(seed)));
        }
    }

    /** Draws a sample. */
    @FunctionalInterface
    public interface Maker {
        /** Number {@code i} of a family. */
        BuiltSample make(String family, long i);
    }

    /** The description of a set of pairs or edits that is drawn. */
    public static SetDescription described(
            Options options,
            String name,
            String about,
            String category,
            List<String> families,
            Map<String, String> parameters) {
        return new SetDescription(options.output(), name, about, category, families, parameters, PER_SHARD);
    }

    /**
     * Builds the set and tells {@code progress} about it from the calling thread.
     *
     * @param set its first family is trained on, the others are held out
     * @param testEvery so many training pictures have one in each held-out family
     */
    public static SetReport write(
            SetDescription set,
            Options options,
            int testEvery,
            Maker maker,
            List<CreditFiles> credits,
            Consumer<BuildProgress> progress) {
        int tests = Math.max(1, options.count() / testEvery);
        int total = options.count() + (set.families().size() - 1) * tests;
        int[] done = new int[1];
        try (SetWriter writer = new SetWriter(set)) {
            Workers.inOrder(
                    LongStream.range(0, total).iterator(),
                    options.threads(),
                    i -> SetWriter.Encoded.of(sample(set, i, options.count(), tests, maker)),
                    encoded -> {
                        writer.add(encoded);
                        done[0]++;
                        if (done[0] % REPORT_EVERY == 0 || done[0] == total) {
                            progress.accept(new BuildProgress("draw", done[0], total));
                        }
                    });
            return writer.finish(credits);
        }
    }

    private static BuiltSample sample(SetDescription set, long i, int count, int tests, Maker maker) {
        long heldOut = i - count;
        return heldOut < 0
                ? maker.make(set.families().getFirst(), i)
                : maker.make(set.families().get(1 + (int) (heldOut / tests)), heldOut % tests);
    }
}
