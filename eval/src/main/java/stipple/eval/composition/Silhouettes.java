package stipple.eval.composition;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import stipple.data.composition.Shape;

/**
 * Recognises a shape by its silhouette: the region is brought to a square grid, its longer side filling it, and laid over
 * the outline of every shape of the domain; the one with the largest intersection over union wins. Small shifts and
 * scales are tried, for a bounding box is only known to a pixel, and outlines as soft as those of blurred pictures.
 */
final class Silhouettes {
    /** Least overlap at which an object is called a shape. */
    static final double LEAST_MATCH = 0.62;

    private static final int SIDE = 32;
    /** Free cells around the shape, for the shifts. */
    private static final int MARGIN = 2;

    private static final int GRID = SIDE + 2 * MARGIN;
    /** Shapes that are looked at more closely. */
    private static final int CANDIDATES = 4;

    /** The widest blur of outlines, in cells. */
    private static final int SOFTEST = 2;

    private static final double[] SCALES = {0.95, 1, 1.05};
    private static final Map<Shape, List<float[]>> OUTLINES = outlines();

    private Silhouettes() {}

    /**
     * The shape that a region resembles most.
     *
     * @param shape the shape
     * @param overlap intersection over union, 0 to 1
     */
    record Match(Shape shape, double overlap) {}

    static Match best(Segmentation segmentation, Region region) {
        List<float[]> grids = Arrays.stream(SCALES)
                .mapToObj(scale -> sampled(segmentation, region, scale))
                .toList();
        // Sharp outlines leave a few candidates; only those are tried with the softness of blurred pictures, in which a
        // small hole is no more than a faint spot.
        return OUTLINES.keySet().stream()
                .map(shape ->
                        new Match(shape, overlap(grids, OUTLINES.get(shape).getFirst())))
                .sorted(Comparator.comparingDouble(Match::overlap).reversed())
                .limit(CANDIDATES)
                .map(match -> new Match(
                        match.shape(),
                        OUTLINES.get(match.shape()).stream()
                                .skip(1)
                                .mapToDouble(soft -> overlap(grids, soft))
                                .reduce(match.overlap(), Math::max)))
                .max(Comparator.comparingDouble(Match::overlap))
                .orElseThrow();
    }

    private static double overlap(List<float[]> grids, float[] outline) {
        return grids.stream().mapToDouble(grid -> overlap(grid, outline)).max().orElseThrow();
    }

    /** The best intersection over union of the two over shifts by one cell. */
    private static double overlap(float[] grid, float[] outline) {
        double best = 0;
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                double both = 0;
                double either = 0;
                for (int y = 1; y < GRID - 1; y++) {
                    int row = y * GRID;
                    int shifted = (y + dy) * GRID + dx;
                    for (int x = 1; x < GRID - 1; x++) {
                        float a = grid[shifted + x];
                        float b = outline[row + x];
                        both += Math.min(a, b);
                        either += Math.max(a, b);
                    }
                }
                best = Math.max(best, either == 0 ? 0 : both / either);
            }
        }
        return best;
    }

    /** The region on the grid, each cell the mean of four bilinear samples. */
    private static float[] sampled(Segmentation segmentation, Region region, double scale) {
        float[] grid = new float[GRID * GRID];
        double cell = region.longerSide() * scale / SIDE;
        double left = (region.left() + region.right()) / 2.0 - GRID / 2.0 * cell;
        double top = (region.top() + region.bottom()) / 2.0 - GRID / 2.0 * cell;
        for (int y = 0; y < GRID; y++) {
            for (int x = 0; x < GRID; x++) {
                double sum = 0;
                for (int k = 0; k < 4; k++) {
                    double atX = left + (x + 0.25 + 0.5 * (k & 1)) * cell - 0.5;
                    double atY = top + (y + 0.25 + 0.5 * (k >> 1)) * cell - 0.5;
                    sum += bilinear(segmentation, region, atX, atY);
                }
                grid[y * GRID + x] = (float) (sum / 4);
            }
        }
        return grid;
    }

    private static double bilinear(Segmentation s, Region region, double atX, double atY) {
        int x = (int) Math.floor(atX);
        int y = (int) Math.floor(atY);
        double fx = atX - x;
        double fy = atY - y;
        double upper = s.cover(region, x, y) * (1 - fx) + s.cover(region, x + 1, y) * fx;
        double lower = s.cover(region, x, y + 1) * (1 - fx) + s.cover(region, x + 1, y + 1) * fx;
        return upper * (1 - fy) + lower * fy;
    }

    private static Map<Shape, List<float[]>> outlines() {
        Map<Shape, List<float[]>> all = new EnumMap<>(Shape.class);
        for (Shape shape : Shape.values()) {
            AffineTransform place = AffineTransform.getTranslateInstance(GRID / 2.0, GRID / 2.0);
            place.scale(SIDE / 2.0, SIDE / 2.0);
            List<float[]> soft = new ArrayList<>();
            soft.add(coverage(shape.outline().createTransformedArea(place)));
            for (int radius = 1; radius <= SOFTEST; radius++) {
                soft.add(blurred(soft.getFirst(), radius));
            }
            all.put(shape, List.copyOf(soft));
        }
        return all;
    }

    /** The mean over squares of {@code 2 * radius + 1} cells. */
    private static float[] blurred(float[] cover, int radius) {
        float[] out = new float[cover.length];
        int cells = (2 * radius + 1) * (2 * radius + 1);
        for (int y = radius; y < GRID - radius; y++) {
            for (int x = radius; x < GRID - radius; x++) {
                float sum = 0;
                for (int k = 0; k < cells; k++) {
                    int dx = k % (2 * radius + 1) - radius;
                    int dy = k / (2 * radius + 1) - radius;
                    sum += cover[(y + dy) * GRID + x + dx];
                }
                out[y * GRID + x] = sum / cells;
            }
        }
        return out;
    }

    private static float[] coverage(Area area) {
        BufferedImage image = new BufferedImage(GRID, GRID, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D g = image.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            g.setColor(Color.WHITE);
            g.fill(area);
        } finally {
            g.dispose();
        }
        float[] cover = new float[GRID * GRID];
        for (int i = 0; i < cover.length; i++) {
            cover[i] = image.getRaster().getSample(i % GRID, i / GRID, 0) / 255f;
        }
        return cover;
    }
}
