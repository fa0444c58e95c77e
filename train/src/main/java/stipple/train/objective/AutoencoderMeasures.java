package stipple.train.objective;

import java.util.LinkedHashMap;
import java.util.Map;
import stipple.model.loss.PerceptualLoss;
import stipple.model.metrics.PictureQuality;
import stipple.model.metrics.TokenStatistics;
import stipple.model.vae.Autoencoder;
import stipple.model.vae.Patches;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.train.data.PictureSet;

/** What an image tokenizer does to held-out pictures, measured one by one: means over pictures, statistics over tokens. */
final class AutoencoderMeasures {
    private static final int MOST = 256;
    /** Strength of the noise that stands for a language model's imperfect tokens. */
    private static final double NOISE = 0.2;

    private static final String PERCEPTUAL = "perceptual";
    private static final String NOISY_PSNR = "psnr_noise_" + NOISE;

    private final PictureSet pictures;
    private final PerceptualLoss perceptual;
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private final TokenStatistics tokens = new TokenStatistics();

    private AutoencoderMeasures(PictureSet pictures, PerceptualLoss perceptual) {
        this.pictures = pictures;
        this.perceptual = perceptual;
    }

    /** The figures that tell a better tokenizer from a worse one, and whether a higher one is better. */
    static Map<String, Boolean> figures(boolean perceptual) {
        Map<String, Boolean> figures = new LinkedHashMap<>(Map.of("psnr", true, "ssim", true, NOISY_PSNR, true));
        if (perceptual) {
            figures.put(PERCEPTUAL, false);
        }
        return figures;
    }

    /**
     * Measures on at most 256 pictures, evenly spaced.
     *
     * @param perceptual the perceptual distance, or null
     * @param seed of the noise
     */
    static Map<String, Double> of(Autoencoder network, PictureSet pictures, PerceptualLoss perceptual, long seed) {
        return new AutoencoderMeasures(pictures, perceptual).measure(network, seed);
    }

    private Map<String, Double> measure(Autoencoder network, long seed) {
        int n = Math.min(MOST, pictures.size());
        int stride = pictures.size() / n;
        try (Rng rng = new Rng(seed)) {
            for (int i = 0; i < n; i++) {
                try (Scope scope = Scope.open()) {
                    Tensor original = pictures.pixels(i * stride);
                    Autograd.off(() -> measure(network, original, rng));
                }
            }
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        sums.forEach((name, sum) -> figures.put(name, sum / n));
        TokenStatistics.Summary spread = tokens.summary();
        figures.put("token_mean_spread", spread.meanSpread());
        figures.put("token_variance", spread.variance());
        figures.put("token_variance_spread", spread.varianceSpread());
        figures.put("token_element_mean_spread", spread.elementMeanSpread());
        figures.put("token_element_variance_spread", spread.elementVarianceSpread());
        figures.put("token_outliers", spread.outliers());
        return figures;
    }

    private void measure(Autoencoder network, Tensor original, Rng rng) {
        Tensor latents = network.encode(original).mean();
        tokens.add(Patches.unfold(latents, network.config().psz()));
        Tensor copy = network.decode(latents);
        Tensor disturbed = latents.add(rng.normal(latents.shape()).mul(NOISE));
        add("psnr", PictureQuality.psnr(original, copy));
        add("ssim", PictureQuality.ssim(original, copy));
        add(NOISY_PSNR, PictureQuality.psnr(original, network.decode(disturbed)));
        if (perceptual != null) {
            add(PERCEPTUAL, perceptual.of(copy.clamp(-1, 1), original).item());
        }
    }

    private void add(String name, double value) {
        sums.merge(name, value, Double::sum);
    }
}
