package stipple.eval.composition;

import java.util.Optional;
import java.util.function.ToIntFunction;
import stipple.data.pixels.Pixels;

/** Colours as {@code 0xRRGGBB} and how far they lie apart. */
final class Rgb {
    private Rgb() {}

    static int channel(int rgb, int channel) {
        return rgb >> (16 - 8 * channel) & 0xff;
    }

    /** Euclidean distance, 0 to 441. */
    static double distance(int a, int b) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            double d = channel(a, c) - channel(b, c);
            sum += d * d;
        }
        return Math.sqrt(sum);
    }

    static int of(Pixels picture, int x, int y) {
        return picture.at(x, y, 0) << 16 | picture.at(x, y, 1) << 8 | picture.at(x, y, 2);
    }

    /** The one of the choices that is nearest, if any lies within the reach. */
    static <T> Optional<T> nearest(int rgb, T[] choices, ToIntFunction<T> colour, double reach) {
        T best = null;
        double least = reach;
        for (T choice : choices) {
            double d = distance(rgb, colour.applyAsInt(choice));
            if (d <= least) {
                least = d;
                best = choice;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Collects colours and gives the median of each channel, which a few odd pixels do not move. */
    static final class Median {
        private final int[][] counts = new int[3][256];
        private int total;

        void add(int rgb) {
            for (int c = 0; c < 3; c++) {
                counts[c][channel(rgb, c)]++;
            }
            total++;
        }

        int total() {
            return total;
        }

        int value() {
            int rgb = 0;
            for (int c = 0; c < 3; c++) {
                int level = 0;
                for (int below = counts[c][0]; below * 2 < total; below += counts[c][level]) {
                    level++;
                }
                rgb |= level << (16 - 8 * c);
            }
            return rgb;
        }
    }
}
