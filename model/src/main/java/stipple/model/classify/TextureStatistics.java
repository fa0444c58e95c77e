package stipple.model.classify;

import java.util.Arrays;

/**
 * Numbers that tell how a picture is drawn rather than what it shows: how steep and how curved brightness runs, at two scales, which
 * colours there are and how many, how smooth and sharp parts are coloured, from where light comes, what outlines look like, and how
 * much of the picture the subject fills. White ground does not count.
 */
final class TextureStatistics {
    private static final int COLOURS = 3;
    private static final int SLOPE_BINS = 10;
    private static final int COLOUR_BINS = 8;
    private static final int COARSE_BINS = 4;
    private static final int PALETTE = 16;
    private static final double LEVELS = 127.5;
    /** Lighter pixels are ground, in levels. */
    private static final double GROUND = 250;
    /** Slopes below the first are flat, above the second sharp, in levels. */
    private static final double FLAT = 3;

    private static final double SHARP = 20;
    /** Directions of light; what is told of the number of colours; margins and the share of the picture. */
    private static final int LIGHT = 2;

    private static final int COUNTS = 3;
    private static final int BOX = 5;
    private static final int SCALES = 2;
    private static final int KINDS = 3;

    /** How many numbers there are. */
    static final int COUNT =
            SCALES * KINDS * SLOPE_BINS + KINDS * COLOUR_BINS + (2 * KINDS + 2) * COARSE_BINS + LIGHT + COUNTS + BOX;

    /** Parts of a level that are told apart. */
    private static final int QUARTERS = 4;

    /** The place of a slope among the bins, by its quarters of a level: a bin for each doubling. */
    private static final double[] PLACES = places();

    private final float[] out;
    private int next;

    private TextureStatistics(float[] out, int from) {
        this.out = out;
        this.next = from;
    }

    private static double[] places() {
        double[] places = new double[(int) (2 * QUARTERS * QUARTERS * LEVELS)];
        for (int i = 0; i < places.length; i++) {
            places[i] = Math.log(i + 1.0) / Math.log(2);
        }
        return places;
    }

    /**
     * The numbers of some pictures.
     *
     * @param pixels {@code [n, 3, side, side]} in [-1, 1]
     * @return {@code [n, COUNT]}, shares from 0 to 1 but for a few
     */
    static float[] of(float[] pixels, int side) {
        int each = COLOURS * side * side;
        float[] out = new float[pixels.length / each * COUNT];
        for (int i = 0; i * each < pixels.length; i++) {
            double[] levels = new double[each];
            for (int k = 0; k < each; k++) {
                levels[k] = Math.clamp((pixels[i * each + k] + 1) * LEVELS, 0, 2 * LEVELS);
            }
            TextureStatistics statistics = new TextureStatistics(out, i * COUNT);
            statistics.fine(levels, side);
            statistics.slopes(halved(levels, side), side / 2);
        }
        return out;
    }

    private static double[] halved(double[] levels, int side) {
        int half = side / 2;
        double[] small = new double[COLOURS * half * half];
        for (int i = 0; i < small.length; i++) {
            int at = i / (half * half) * side * side + i / half % half * 2 * side + i % half * 2;
            small[i] = (levels[at] + levels[at + 1] + levels[at + side] + levels[at + side + 1]) / 4;
        }
        return small;
    }

    /** Everything that is told at the full size. */
    private void fine(double[] levels, int side) {
        slopes(levels, side);
        double[] colours = new double[KINDS * COLOUR_BINS];
        double[] joint = new double[2 * KINDS * COARSE_BINS];
        double[] light = new double[2];
        double[] outline = new double[2 * COARSE_BINS];
        int[] palette = new int[PALETTE * PALETTE * PALETTE];
        int drawn = 0;
        int smooth = 0;
        int edge = 0;
        int area = side * side;
        int[] box = {side, side, side, side};
        double[] found = new double[KINDS];
        for (int y = 1; y < side - 1; y++) {
            for (int x = 1; x < side - 1; x++) {
                int at = y * side + x;
                double low = Math.min(levels[at], Math.min(levels[at + area], levels[at + 2 * area]));
                double high = Math.max(levels[at], Math.max(levels[at + area], levels[at + 2 * area]));
                if (low >= GROUND) {
                    continue;
                }
                drawn++;
                box[0] = Math.min(box[0], x);
                box[1] = Math.min(box[1], y);
                box[2] = Math.min(box[2], side - 1 - x);
                box[3] = Math.min(box[3], side - 1 - y);
                measure(levels, side, at, found);
                int kind = found[0] < FLAT ? 0 : found[0] < SHARP ? 1 : 2;
                soft(colours, 0, COLOUR_BINS, high);
                soft(colours, COLOUR_BINS, COLOUR_BINS, low);
                soft(colours, 2 * COLOUR_BINS, COLOUR_BINS, high - low);
                soft(joint, kind * COARSE_BINS, COARSE_BINS, high);
                soft(joint, (KINDS + kind) * COARSE_BINS, COARSE_BINS, high - low);
                palette[index(levels, at, area)]++;
                if (kind < 2) {
                    smooth++;
                    for (int c = 0; c < COLOURS; c++) {
                        light[0] += levels[c * area + at + 1] - levels[c * area + at - 1];
                        light[1] += levels[c * area + at + side] - levels[c * area + at - side];
                    }
                }
                if (ground(levels, at + 1, area)
                        || ground(levels, at - 1, area)
                        || ground(levels, at + side, area)
                        || ground(levels, at - side, area)) {
                    edge++;
                    soft(outline, 0, COARSE_BINS, high);
                    soft(outline, COARSE_BINS, COARSE_BINS, high - low);
                }
            }
        }
        shares(colours, drawn);
        shares(joint, drawn);
        shares(light, smooth * SHARP);
        palette(palette, drawn);
        shares(outline, edge);
        for (int margin : box) {
            out[next++] = (float) margin / side;
        }
        out[next++] = (float) drawn / area;
    }

    /** Shares of pixels by how steep, how steep at least, and how curved brightness runs there. */
    private void slopes(double[] levels, int side) {
        double[] bins = new double[KINDS * SLOPE_BINS];
        double[] found = new double[KINDS];
        int area = side * side;
        int drawn = 0;
        for (int y = 1; y < side - 1; y++) {
            for (int x = 1; x < side - 1; x++) {
                int at = y * side + x;
                if (!ground(levels, at, area)) {
                    drawn++;
                    measure(levels, side, at, found);
                    for (int kind = 0; kind < KINDS; kind++) {
                        int quarters = Math.min(PLACES.length - 1, (int) (QUARTERS * found[kind] + 0.5));
                        interpolate(bins, kind * SLOPE_BINS, SLOPE_BINS, PLACES[quarters]);
                    }
                }
            }
        }
        shares(bins, drawn);
    }

    private static boolean ground(double[] levels, int at, int area) {
        return Math.min(levels[at], Math.min(levels[at + area], levels[at + 2 * area])) >= GROUND;
    }

    /** The largest and the smallest difference to a neighbour, and the curvature, in levels, of the colour where it is largest. */
    private static void measure(double[] levels, int side, int at, double[] found) {
        double rightmost = 0;
        double leftmost = 0;
        double lowest = 0;
        double highest = 0;
        double curved = 0;
        for (int c = 0; c < COLOURS; c++) {
            int i = c * side * side + at;
            double here = levels[i];
            double right = levels[i + 1] - here;
            double left = levels[i - 1] - here;
            double below = levels[i + side] - here;
            double above = levels[i - side] - here;
            rightmost = Math.max(rightmost, Math.abs(right));
            leftmost = Math.max(leftmost, Math.abs(left));
            lowest = Math.max(lowest, Math.abs(below));
            highest = Math.max(highest, Math.abs(above));
            curved = Math.max(curved, Math.abs(right + left + below + above));
        }
        found[0] = Math.max(Math.max(rightmost, leftmost), Math.max(lowest, highest));
        found[1] = Math.min(Math.min(rightmost, leftmost), Math.min(lowest, highest));
        found[2] = curved;
    }

    private static void soft(double[] bins, int from, int count, double level) {
        interpolate(bins, from, count, level / (2 * LEVELS) * (count - 1));
    }

    /** Shares a pixel out between the two bins next to its place. */
    private static void interpolate(double[] bins, int from, int count, double place) {
        double inside = Math.clamp(place, 0, count - 1);
        int low = Math.min((int) inside, count - 2);
        bins[from + low] += low + 1 - inside;
        bins[from + low + 1] += inside - low;
    }

    private static int index(double[] levels, int at, int area) {
        int index = 0;
        for (int c = 0; c < COLOURS; c++) {
            index = index * PALETTE + Math.min(PALETTE - 1, (int) (levels[c * area + at] * PALETTE / 256));
        }
        return index;
    }

    /** How many colours there are: their entropy, and the shares of the first and of the first four. */
    private void palette(int[] counts, int drawn) {
        int[] sorted = Arrays.stream(counts).filter(n -> n > 0).sorted().toArray();
        double entropy = 0;
        double four = 0;
        int last = sorted.length - 1;
        for (int i = last; i >= 0; i--) {
            double share = (double) sorted[i] / drawn;
            entropy -= share * Math.log(share);
            four += last - i < 4 ? share : 0;
        }
        out[next++] = (float) entropy;
        out[next++] = last < 0 ? 0 : (float) sorted[last] / drawn;
        out[next++] = (float) four;
    }

    private void shares(double[] sums, double of) {
        for (double sum : sums) {
            out[next++] = of == 0 ? 0 : (float) (sum / of);
        }
    }
}
