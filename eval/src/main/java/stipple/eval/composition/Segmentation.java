package stipple.eval.composition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import stipple.data.pixels.Pixels;

/**
 * Splits a picture into its ground and the connected pieces on it.
 *
 * <p>The ground is the median colour of the frame. A pixel is in front of it if it differs by at least {@link #CONTRAST}
 * levels and by at least half of the most that any pixel nearby does; so the outline lies where an edge is half way,
 * however soft the edge and however strong the colour, and a blurred gap between two objects stays a gap.
 */
final class Segmentation {
    /** Least distance from the ground's colour, in levels. */
    static final double CONTRAST = 40;

    /** Share of the picture below which a piece is a speck and no object; the domain's least object has 0.7 %. */
    static final double SPECK = 0.002;

    private final Pixels picture;
    private final int ground;
    private final double evenness;
    private final int[] labels;
    private final List<Region> regions = new ArrayList<>();

    Segmentation(Pixels picture) {
        this.picture = picture;
        this.labels = new int[picture.width() * picture.height()];
        Rgb.Median frame = new Rgb.Median();
        frame(frame::add);
        this.ground = frame.value();
        int[] even = new int[1];
        frame(rgb -> even[0] += Rgb.distance(rgb, ground) < CONTRAST ? 1 : 0);
        this.evenness = (double) even[0] / frame.total();
        label(mask());
    }

    /** The ground's colour. */
    int ground() {
        return ground;
    }

    /** Share of the frame that has the ground's colour. */
    double evenness() {
        return evenness;
    }

    /** The pieces that are no specks, the largest first. */
    List<Region> regions() {
        return regions;
    }

    /**
     * How much of a pixel the region covers, 0 to 1: where its colour lies on the way from the ground's to the region's.
     * Pixels of other regions count as uncovered.
     */
    double cover(Region region, int x, int y) {
        if (x < 0 || y < 0 || x >= picture.width() || y >= picture.height()) {
            return 0;
        }
        int label = labels[y * picture.width() + x];
        if (label != 0 && label != region.label()) {
            return 0;
        }
        double along = 0;
        double length = 0;
        for (int c = 0; c < 3; c++) {
            double step = Rgb.channel(region.rgb(), c) - Rgb.channel(ground, c);
            along += step * (picture.at(x, y, c) - Rgb.channel(ground, c));
            length += step * step;
        }
        return length == 0 ? 0 : Math.clamp(along / length, 0, 1);
    }

    private void frame(IntConsumer each) {
        int width = picture.width();
        int height = picture.height();
        for (int x = 0; x < width; x++) {
            each.accept(Rgb.of(picture, x, 0));
            each.accept(Rgb.of(picture, x, height - 1));
        }
        for (int y = 1; y < height - 1; y++) {
            each.accept(Rgb.of(picture, 0, y));
            each.accept(Rgb.of(picture, width - 1, y));
        }
    }

    private boolean[] mask() {
        int width = picture.width();
        int height = picture.height();
        double[] far = new double[width * height];
        for (int i = 0; i < far.length; i++) {
            far[i] = Rgb.distance(Rgb.of(picture, i % width, i / width), ground);
        }
        int reach = Math.max(1, Math.max(width, height) / 64);
        double[] most = highest(highest(far, width, height, reach, 1), width, height, reach, width);
        boolean[] mask = new boolean[far.length];
        for (int i = 0; i < far.length; i++) {
            mask[i] = far[i] >= CONTRAST && far[i] >= most[i] / 2;
        }
        return mask;
    }

    /** The highest value within reach along rows (stride 1) or columns (stride width). */
    private static double[] highest(double[] values, int width, int height, int reach, int stride) {
        double[] out = new double[values.length];
        int end = stride == 1 ? width : height;
        for (int i = 0; i < values.length; i++) {
            int at = stride == 1 ? i % width : i / width;
            for (int k = Math.max(-reach, -at); k <= Math.min(reach, end - 1 - at); k++) {
                out[i] = Math.max(out[i], values[i + k * stride]);
            }
        }
        return out;
    }

    private void label(boolean[] mask) {
        int next = 1;
        int[] stack = new int[mask.length];
        for (int start = 0; start < mask.length; start++) {
            if (!mask[start] || labels[start] != 0) {
                continue;
            }
            Region region = fill(mask, start, next, stack);
            if (region.area() >= SPECK * mask.length) {
                regions.add(region);
            }
            next++;
        }
        regions.sort(Comparator.comparingInt(Region::area).reversed().thenComparing(Region::label));
    }

    private Region fill(boolean[] mask, int start, int label, int[] stack) {
        int width = picture.width();
        int height = picture.height();
        int left = width;
        int top = height;
        int right = 0;
        int bottom = 0;
        int area = 0;
        int depth = 0;
        Rgb.Median inner = new Rgb.Median();
        Rgb.Median all = new Rgb.Median();
        stack[depth++] = start;
        labels[start] = label;
        while (depth > 0) {
            int at = stack[--depth];
            int x = at % width;
            int y = at / width;
            left = Math.min(left, x);
            right = Math.max(right, x + 1);
            top = Math.min(top, y);
            bottom = Math.max(bottom, y + 1);
            area++;
            boolean inside = true;
            for (int dy = -1; dy <= 1; dy++) {
                for (int dx = -1; dx <= 1; dx++) {
                    int nx = x + dx;
                    int ny = y + dy;
                    if (nx < 0 || ny < 0 || nx >= width || ny >= height) {
                        continue;
                    }
                    int near = ny * width + nx;
                    inside &= mask[near];
                    if (mask[near] && labels[near] == 0) {
                        labels[near] = label;
                        stack[depth++] = near;
                    }
                }
            }
            int rgb = Rgb.of(picture, x, y);
            all.add(rgb);
            if (inside) {
                inner.add(rgb);
            }
        }
        // A thin piece has no inner pixels to speak of.
        int rgb = inner.total() >= 4 ? inner.value() : all.value();
        return new Region(left, top, right, bottom, area, rgb, label);
    }
}
