package stipple.eval.ocr;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.eval.onnx.OnnxNetwork;

/**
 * Finds lines of text by a map of how likely each pixel belongs to the core of a line (Liao et al. 2020). Connected pixels are a
 * line; cores are narrower than their letters, so boxes are grown. Boxes stand upright: letters may lean, lines hardly.
 */
final class LineDetector implements AutoCloseable {
    private static final double[] MEAN = {0.485, 0.456, 0.406};
    private static final double[] SPREAD = {0.229, 0.224, 0.225};
    private static final int UNIT = 32;

    /** Pictures are brought to this length of their longer side; letters are then of the size that the network knows. */
    private static final int SIDE = 320;

    private static final double LIKELY = 0.3;
    private static final double LINE = 0.5;
    private static final double GROWTH = 1.6;
    private static final int SMALLEST = 12;

    private final OnnxNetwork network;

    LineDetector(OnnxNetwork network) {
        this.network = network;
    }

    /** The boxes of all lines, in no order. */
    List<TextBox> lines(Pixels picture) {
        double scale = (double) SIDE / Math.max(picture.width(), picture.height());
        int width = sized(picture.width() * scale);
        int height = sized(picture.height() * scale);
        Pixels resized = Resampler.resize(picture, width, height, Resampler.Filter.BICUBIC);
        float[] input = new float[3 * width * height];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < width * height; i++) {
                // The network was trained on blue, green, red.
                double value = resized.at(i % width, i / width, 2 - c) / 255.0;
                input[c * width * height + i] = (float) ((value - MEAN[c]) / SPREAD[c]);
            }
        }
        float[] map = network.run(Map.of("x", new OnnxNetwork.Floats(input, 1, 3, height, width)))
                .values();
        return boxes(map, width, height).stream()
                .map(box -> scaled(box, picture, width, height))
                .toList();
    }

    /** The boxes of all lines of a map. */
    static List<TextBox> boxes(float[] map, int width, int height) {
        List<TextBox> boxes = new ArrayList<>();
        boolean[] seen = new boolean[map.length];
        for (int i = 0; i < map.length; i++) {
            if (!seen[i] && map[i] > LIKELY) {
                TextBox box = line(map, seen, i, width, height);
                if (box != null) {
                    boxes.add(box);
                }
            }
        }
        return boxes;
    }

    private static int sized(double length) {
        return Math.max(UNIT, (int) Math.round(length / UNIT) * UNIT);
    }

    /** The box around all likely pixels that are connected to one, or null if they are no line. */
    private static TextBox line(float[] map, boolean[] seen, int start, int width, int height) {
        Deque<Integer> open = new ArrayDeque<>();
        open.add(start);
        seen[start] = true;
        TextBox box = new TextBox(width, height, 0, 0);
        double sum = 0;
        int count = 0;
        while (!open.isEmpty()) {
            int at = open.remove();
            int x = at % width;
            int y = at / width;
            box = new TextBox(
                    Math.min(box.left(), x),
                    Math.min(box.top(), y),
                    Math.max(box.right(), x + 1),
                    Math.max(box.bottom(), y + 1));
            sum += map[at];
            count++;
            for (int next : new int[] {at - 1, at + 1, at - width, at + width}) {
                boolean inside = next >= 0 && next < map.length && Math.abs(next % width - x) <= 1;
                if (inside && !seen[next] && map[next] > LIKELY) {
                    seen[next] = true;
                    open.add(next);
                }
            }
        }
        if (count < SMALLEST || sum / count < LINE) {
            return null;
        }
        double area = (double) box.width() * box.height();
        int grow = (int) Math.round(area * GROWTH / (2.0 * (box.width() + box.height())));
        return box.grown(grow, width, height);
    }

    private static TextBox scaled(TextBox box, Pixels picture, int width, int height) {
        double x = (double) picture.width() / width;
        double y = (double) picture.height() / height;
        return new TextBox(
                (int) Math.floor(box.left() * x),
                (int) Math.floor(box.top() * y),
                Math.min(picture.width(), (int) Math.ceil(box.right() * x)),
                Math.min(picture.height(), (int) Math.ceil(box.bottom() * y)));
    }

    @Override
    public void close() {
        network.close();
    }
}
