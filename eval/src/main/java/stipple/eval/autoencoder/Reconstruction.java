package stipple.eval.autoencoder;

import java.util.ArrayList;
import java.util.List;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.Resampler;
import stipple.eval.report.Figure;
import stipple.eval.run.Pictures;
import stipple.eval.stats.Bootstrap;
import stipple.eval.stats.FrechetDistance;
import stipple.model.features.FeatureNetwork;
import stipple.model.generate.PixelTensors;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.metrics.PictureQuality;
import stipple.model.metrics.TokenStatistics;
import stipple.model.vae.Patches;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;

/** Pictures through an autoencoder and back, one by one. */
final class Reconstruction {
    private static final int PERFECT = 100;

    private final NextStepCheckpoint checkpoint;
    private final FeatureNetwork features;
    private final List<double[]> quality = new ArrayList<>();
    private final List<float[]> before = new ArrayList<>();
    private final List<float[]> after = new ArrayList<>();
    private final TokenStatistics tokens = new TokenStatistics();

    /**
     * What a picture lost.
     *
     * @param original the picture at the model's size
     * @param copy what came back
     * @param psnr in dB, at most 100
     */
    record Copy(Pixels original, Pixels copy, double psnr) {}

    /**
     * Begins.
     *
     * @param features tells sets of pictures apart, or null
     */
    Reconstruction(NextStepCheckpoint checkpoint, FeatureNetwork features) {
        this.checkpoint = checkpoint;
        this.features = features;
    }

    /** Encodes and decodes a picture, brought to a square of a side. */
    Copy add(Pixels picture, int side) {
        Pixels fitted = Resampler.fitOnWhite(picture, side, Resampler.Filter.LANCZOS);
        try (Scope scope = Scope.open()) {
            Tensor original = PixelTensors.of(Pictures.of(fitted));
            Tensor latents = Autograd.off(() -> checkpoint.autoencoder().latents(original));
            Tensor copy = checkpoint.pixelDecoder().pixels(latents);
            tokens.add(Patches.unfold(latents, checkpoint.config().latent().patch()));
            double psnr = Math.min(PERFECT, PictureQuality.psnr(original, copy));
            quality.add(new double[] {psnr, PictureQuality.ssim(original, copy)});
            if (features != null) {
                before.add(Autograd.off(() -> features.features(original)).toFloats());
                after.add(
                        Autograd.off(() -> features.features(copy.clamp(-1, 1))).toFloats());
            }
            return new Copy(fitted, Pictures.of(PixelTensors.image(copy)), psnr);
        }
    }

    /** All figures of what was added. */
    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        figures.add(mean("PSNR", 0, "dB"));
        figures.add(mean("SSIM", 1, ""));
        if (features != null && before.size() > 1) {
            double distance = FrechetDistance.of(before.toArray(float[][]::new), after.toArray(float[][]::new));
            String name = "Fréchet distance (" + features.config().name() + ")";
            figures.add(new Figure(name, distance, null, before.size(), ""));
        }
        TokenStatistics.Summary spread = tokens.summary();
        int count = quality.size();
        figures.add(new Figure("token mean", spread.mean(), null, count, ""));
        figures.add(new Figure("token mean, spread over tokens", spread.meanSpread(), null, count, ""));
        figures.add(new Figure("token variance", spread.variance(), null, count, ""));
        figures.add(new Figure("token variance, spread over tokens", spread.varianceSpread(), null, count, ""));
        figures.add(new Figure("means of elements, spread", spread.elementMeanSpread(), null, count, ""));
        figures.add(new Figure("variances of elements, spread", spread.elementVarianceSpread(), null, count, ""));
        figures.add(new Figure("elements beyond 3", spread.outliers(), null, count));
        return figures;
    }

    private Figure mean(String name, int index, String unit) {
        double[][] each = quality.stream().map(q -> new double[] {q[index]}).toArray(double[][]::new);
        List<double[][]> one = List.<double[][]>of(each);
        return new Figure(name, Bootstrap.mean(one), Bootstrap.overall(one), each.length, unit);
    }
}
