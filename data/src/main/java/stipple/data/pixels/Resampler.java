package stipple.data.pixels;

import java.util.Arrays;

/**
 * Separable resampling whose filter grows with the reduction, so that shrinking averages all source pixels (no
 * aliasing). Weights are normalised, edges use the pixels that exist; the same rule as Pillow's {@code resize}.
 */
public final class Resampler {
    /** The interpolation kernel. */
    public enum Filter {
        /** Plain average of the covered area. */
        BOX(0.5),
        /** Cubic convolution with a = -0.5: sharp, hardly any ringing. */
        BICUBIC(2),
        /** Lanczos with 3 lobes: sharpest, rings a little at hard edges. */
        LANCZOS(3);

        private final double support;

        Filter(double support) {
            this.support = support;
        }

        private double weight(double x) {
            double t = Math.abs(x);
            return switch (this) {
                case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
                case BICUBIC -> {
                    if (t < 1) {
                        yield (1.5 * t - 2.5) * t * t + 1;
                    }
                    yield t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
                }
                case LANCZOS -> t < 3 ? sinc(t) * sinc(t / 3) : 0;
            };
        }

        private static double sinc(double x) {
            return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
        }
    }

    private Resampler() {}

    /** The picture at exactly {@code width} by {@code height} pixels; the aspect ratio may change. */
    public static Pixels resize(Pixels source, int width, int height, Filter filter) {
        if (width <= 0 || height <= 0) {
            throw new IllegalArgumentException("cannot resize to " + width + "x" + height);
        }
        if (width == source.width() && height == source.height()) {
            return source;
        }
        Taps across = new Taps(source.width(), width, filter);
        Taps down = new Taps(source.height(), height, filter);
        float[] wide = new float[3 * width * source.height()];
        byte[] in = source.rgb();
        for (int y = 0; y < source.height(); y++) {
            for (int x = 0; x < width; x++) {
                float r = 0;
                float g = 0;
                float b = 0;
                int from = (y * source.width() + across.first[x]) * 3;
                for (float w : across.weights[x]) {
                    r += w * (in[from] & 0xff);
                    g += w * (in[from + 1] & 0xff);
                    b += w * (in[from + 2] & 0xff);
                    from += 3;
                }
                int to = (y * width + x) * 3;
                wide[to] = r;
                wide[to + 1] = g;
                wide[to + 2] = b;
            }
        }
        byte[] out = new byte[3 * width * height];
        int rowLength = 3 * width;
        float[] sum = new float[rowLength];
        for (int y = 0; y < height; y++) {
            Arrays.fill(sum, 0);
            int row = down.first[y];
            for (float w : down.weights[y]) {
                int from = row * rowLength;
                for (int i = 0; i < rowLength; i++) {
                    sum[i] += w * wide[from + i];
                }
                row++;
            }
            for (int i = 0; i < rowLength; i++) {
                out[y * rowLength + i] = (byte) Math.clamp(Math.round(sum[i]), 0, 255);
            }
        }
        return new Pixels(width, height, out);
    }

    /** The whole picture, scaled without distortion to fit a white square of {@code size} pixels, and centred. */
    public static Pixels fitOnWhite(Pixels source, int size, Filter filter) {
        double scale = (double) size / Math.max(source.width(), source.height());
        int w = Math.max(1, (int) Math.round(source.width() * scale));
        int h = Math.max(1, (int) Math.round(source.height() * scale));
        Pixels scaled = resize(source, w, h, filter);
        if (w == size && h == size) {
            return scaled;
        }
        Pixels out = Pixels.filled(size, size, 255);
        out.paste(scaled, (size - w) / 2, (size - h) / 2);
        return out;
    }

    /** For every output position the first source position and the normalised weights from there on. */
    private static final class Taps {
        private final int[] first;
        private final float[][] weights;

        Taps(int from, int to, Filter filter) {
            first = new int[to];
            weights = new float[to][];
            double scale = (double) from / to;
            double stretch = Math.max(scale, 1);
            double reach = filter.support * stretch;
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                int lo = Math.max(0, (int) (centre - reach + 0.5));
                int hi = Math.min(from, (int) (centre + reach + 0.5));
                double[] w = new double[hi - lo];
                double total = 0;
                for (int j = lo; j < hi; j++) {
                    w[j - lo] = filter.weight((j + 0.5 - centre) / stretch);
                    total += w[j - lo];
                }
                first[i] = lo;
                weights[i] = new float[hi - lo];
                for (int j = 0; j < w.length; j++) {
                    weights[i][j] = (float) (w[j] / total);
                }
            }
        }
    }
}
