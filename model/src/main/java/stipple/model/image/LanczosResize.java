package stipple.model.image;

/**
 * Resampling with a Lanczos window of three lobes, in the fixed-point arithmetic of Pillow, which prepared the training
 * data: first all rows, rounded to bytes, then all columns. The result equals Pillow's bit for bit.
 */
final class LanczosResize {
    private static final double LOBES = 3;
    private static final int PRECISION = 32 - 8 - 2;

    private LanczosResize() {}

    /** The image at another size. */
    static PixelImage resize(PixelImage image, int width, int height) {
        byte[] rgb = image.rgb();
        int channels = PixelImage.CHANNELS;
        if (width != image.width()) {
            byte[] narrowed = new byte[width * image.height() * channels];
            Kernel kernel = Kernel.of(image.width(), width);
            for (int y = 0; y < image.height(); y++) {
                pass(kernel, rgb, y * image.width() * channels, channels, narrowed, y * width * channels, channels);
            }
            rgb = narrowed;
        }
        if (height != image.height()) {
            byte[] shortened = new byte[width * height * channels];
            Kernel kernel = Kernel.of(image.height(), height);
            for (int x = 0; x < width; x++) {
                pass(kernel, rgb, x * channels, width * channels, shortened, x * channels, width * channels);
            }
            rgb = shortened;
        }
        return new PixelImage(width, height, rgb == image.rgb() ? rgb.clone() : rgb);
    }

    /** One line of pixels, {@code step} bytes apart, through the kernel. */
    private static void pass(
            Kernel kernel, byte[] from, int fromStart, int fromStep, byte[] to, int toStart, int toStep) {
        for (int i = 0; i < kernel.first.length; i++) {
            int[] weights = kernel.weights[i];
            for (int channel = 0; channel < PixelImage.CHANNELS; channel++) {
                int sum = 1 << (PRECISION - 1);
                int at = fromStart + kernel.first[i] * fromStep + channel;
                for (int weight : weights) {
                    sum += (from[at] & 0xFF) * weight;
                    at += fromStep;
                }
                to[toStart + i * toStep + channel] = (byte) Math.clamp(sum >> PRECISION, 0, 255);
            }
        }
    }

    /** For each output pixel the first input pixel and the fixed-point weights. */
    private static final class Kernel {
        private final int[] first;
        private final int[][] weights;

        private Kernel(int size) {
            first = new int[size];
            weights = new int[size][];
        }

        static Kernel of(int in, int out) {
            Kernel kernel = new Kernel(out);
            double scale = (double) in / out;
            // Shrinking widens the window so that every input pixel counts; enlarging leaves it.
            double stretch = Math.max(scale, 1);
            double support = LOBES * stretch;
            for (int i = 0; i < out; i++) {
                double centre = (i + 0.5) * scale;
                int low = Math.max(0, (int) (centre - support + 0.5));
                int high = Math.min(in, (int) (centre + support + 0.5));
                kernel.first[i] = low;
                kernel.weights[i] = weights(low, high, centre, 1 / stretch);
            }
            return kernel;
        }

        private static int[] weights(int low, int high, double centre, double scale) {
            double[] exact = new double[high - low];
            double sum = 0;
            for (int i = 0; i < exact.length; i++) {
                exact[i] = lanczos((i + low - centre + 0.5) * scale);
                sum += exact[i];
            }
            int[] fixed = new int[exact.length];
            for (int i = 0; i < exact.length; i++) {
                double weight = (sum == 0 ? exact[i] : exact[i] * (1 / sum)) * (1 << PRECISION);
                fixed[i] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
            }
            return fixed;
        }

        private static double lanczos(double x) {
            return x >= -LOBES && x < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
        }

        private static double sinc(double x) {
            return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
        }
    }
}
