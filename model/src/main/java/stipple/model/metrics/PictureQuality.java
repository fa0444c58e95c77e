package stipple.model.metrics;

import stipple.torch.Nn;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** How close a picture is to another: PSNR and SSIM on RGB values in [-1, 1]. */
public final class PictureQuality {
    private static final double RANGE = 2;
    private static final int WINDOW = 11;
    private static final double SIGMA = 1.5;
    private static final double C1 = square(0.01 * RANGE);
    private static final double C2 = square(0.03 * RANGE);

    private PictureQuality() {}

    /**
     * Peak signal-to-noise ratio in dB.
     *
     * @param a {@code [n, 3, h, w]}
     * @param b the same shape; values outside the range are clamped first, as they would be on screen
     * @return infinity for equal pictures
     */
    public static double psnr(Tensor a, Tensor b) {
        try (Scope scope = Scope.open()) {
            double mse = a.sub(b.clamp(-1, 1)).square().mean().item();
            return 10 * Math.log10(square(RANGE) / mse);
        }
    }

    /**
     * Structural similarity: the mean over all full 11x11 Gaussian windows of all channels.
     *
     * @param a {@code [n, 3, h, w]}, at least 11 pixels on a side
     * @param b the same shape
     */
    public static double ssim(Tensor a, Tensor b) {
        try (Scope scope = Scope.open()) {
            Tensor x = planes(a);
            Tensor y = planes(b.clamp(-1, 1));
            Tensor window = window();
            Tensor mx = Nn.conv2d(x, window, null, 1, 0);
            Tensor my = Nn.conv2d(y, window, null, 1, 0);
            Tensor vx = Nn.conv2d(x.square(), window, null, 1, 0).sub(mx.square());
            Tensor vy = Nn.conv2d(y.square(), window, null, 1, 0).sub(my.square());
            Tensor covariance = Nn.conv2d(x.mul(y), window, null, 1, 0).sub(mx.mul(my));
            Tensor over = mx.mul(my).mul(2).add(C1).mul(covariance.mul(2).add(C2));
            Tensor under = mx.square().add(my.square()).add(C1).mul(vx.add(vy).add(C2));
            return over.div(under).mean().item();
        }
    }

    private static Tensor planes(Tensor pictures) {
        return pictures.reshape(-1, 1, pictures.size(2), pictures.size(3));
    }

    private static Tensor window() {
        double[] weights = new double[WINDOW];
        double sum = 0;
        for (int i = 0; i < WINDOW; i++) {
            weights[i] = Math.exp(-square(i - WINDOW / 2) / (2 * square(SIGMA)));
            sum += weights[i];
        }
        float[] values = new float[WINDOW * WINDOW];
        for (int row = 0; row < WINDOW; row++) {
            for (int column = 0; column < WINDOW; column++) {
                values[row * WINDOW + column] = (float) (weights[row] * weights[column] / square(sum));
            }
        }
        return Tensors.of(values, 1, 1, WINDOW, WINDOW);
    }

    private static double square(double value) {
        return value * value;
    }
}
