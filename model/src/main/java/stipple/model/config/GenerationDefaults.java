package stipple.model.config;

import java.util.List;
import java.util.Objects;
import stipple.torch.UserException;

/**
 * Settings recommended for a checkpoint (reference §3.6).
 *
 * @param width image width in pixels
 * @param height image height in pixels
 * @param steps network evaluations per token
 * @param cfg text guidance scale, 1 for none
 * @param cfgImage image guidance scale of an edit, 1 for none
 * @param shift timestep shift, 1 for none
 * @param sampler which sampler
 * @param useNorm whether each sampled token is normalised before it is fed back and decoded (§2.10)
 * @param contextNoise level of the noise over tokens as they are read back, 0 for none; Stipple's own models only
 * @param cfgSchedule how the scales move over the tokens
 * @param positivePrompt appended to the prompt, may be empty
 * @param negativePrompt the unconditional row's text, may be empty
 * @param sizes the only sizes it was trained on, as {@code WIDTHxHEIGHT}; empty for the aspect buckets of its resolution
 */
public record GenerationDefaults(
        int width,
        int height,
        int steps,
        double cfg,
        double cfgImage,
        double shift,
        SamplerKind sampler,
        boolean useNorm,
        double contextNoise,
        GuidanceSchedule cfgSchedule,
        String positivePrompt,
        String negativePrompt,
        List<String> sizes) {

    /** The authors' positive prompt for NextStep-1-Large, P1 of §3.6. */
    public static final String LARGE_POSITIVE = "masterpiece, film grained, best quality.";

    /** The authors' negative prompt for NextStep-1-Large, N1 of §3.6. */
    public static final String LARGE_NEGATIVE = "lowres, bad anatomy, bad hands, text, error, missing fingers, "
            + "extra digit, fewer digits, cropped, worst quality, low quality, normal quality, jpeg artifacts, "
            + "signature, watermark, username, blurry.";

    /** Checks ranges. */
    public GenerationDefaults {
        Checks.positive("generation width", width);
        Checks.positive("generation height", height);
        Checks.positive("generation steps", steps);
        Checks.notNegative("generation cfg", cfg);
        Checks.notNegative("generation cfg_img", cfgImage);
        Checks.positive("generation shift", shift);
        if (!(contextNoise >= 0 && contextNoise <= 1)) {
            throw new UserException("The config's generation context_noise must be from 0 to 1, got " + contextNoise);
        }
        Objects.requireNonNull(sampler);
        Objects.requireNonNull(cfgSchedule);
        Objects.requireNonNull(positivePrompt);
        Objects.requireNonNull(negativePrompt);
        sizes = List.copyOf(sizes);
    }

    /**
     * What the authors recommend, judged by the dialect alone (§3.6, §7.12, §7.16).
     *
     * <p>A is NextStep-1-Large: S1, 50 steps, {@code use_norm} on. B is NextStep-1.1: S2, 28 steps. C comes out of the
     * 2026 trainer: S3 {@code sde}, 28 steps. NextStep-1-Large-Edit has the same config as NextStep-1-Large, so its own
     * settings (shift 3.2, image guidance 2, negative prompt {@code Copy original image.}) cannot be derived and are
     * for the caller to give.
     *
     * @param trainingPixels side of the square image the model was trained on
     */
    public static GenerationDefaults of(ConfigDialect dialect, int trainingPixels) {
        return switch (dialect) {
            case A ->
                new GenerationDefaults(
                        trainingPixels,
                        trainingPixels,
                        50,
                        7.5,
                        1,
                        1,
                        SamplerKind.S1,
                        true,
                        0,
                        GuidanceSchedule.CONSTANT,
                        LARGE_POSITIVE,
                        LARGE_NEGATIVE,
                        List.of());
            case B -> plain(trainingPixels, SamplerKind.S2);
            case C -> plain(trainingPixels, SamplerKind.S3_SDE);
        };
    }

    private static GenerationDefaults plain(int pixels, SamplerKind sampler) {
        return new GenerationDefaults(
                pixels, pixels, 28, 7.5, 1, 1, sampler, false, 0, GuidanceSchedule.CONSTANT, "", "", List.of());
    }
}
