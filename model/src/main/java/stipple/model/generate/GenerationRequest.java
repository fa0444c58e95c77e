package stipple.model.generate;

import stipple.model.config.GenerationDefaults;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.SamplerKind;
import stipple.model.decode.ContextNoise;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;

/**
 * Everything that determines pictures, with no value left open: the same request on the same model gives the same
 * pictures.
 *
 * @param prompt what to draw, or for an edit the instruction
 * @param positive appended to the prompt, may be empty
 * @param negative text of the unconditional row, may be empty
 * @param size of the pictures
 * @param count number of pictures
 * @param seed of the first picture; picture i has {@code seed + i}
 * @param steps evaluations of the head per token
 * @param cfg guidance towards the prompt, 1 for none
 * @param cfgImage guidance towards the input picture of an edit, 1 for none
 * @param shift timestep shift, 1 for none
 * @param sampler which sampler
 * @param noiseLevel eta of the S3 samplers
 * @param cfgSchedule how the scales move over the tokens
 * @param useNorm whether each token is normalised
 * @param contextNoise level of the noise over tokens as they are read back, 0 for none
 * @param previews after which rows a partial picture follows
 * @param input the picture to edit, or null
 * @param shortcuts how the head is asked less often
 * @param start the beginning of the picture, or null if all of it is drawn
 */
public record GenerationRequest(
        String prompt,
        String positive,
        String negative,
        ImageSize size,
        int count,
        long seed,
        int steps,
        double cfg,
        double cfgImage,
        double shift,
        SamplerKind sampler,
        double noiseLevel,
        GuidanceSchedule cfgSchedule,
        boolean useNorm,
        double contextNoise,
        Previews previews,
        PixelImage input,
        Shortcuts shortcuts,
        Continuation start) {
    /** Most steps that make any sense; more is a slip of the finger. */
    public static final int MAX_STEPS = 1000;

    /** Most pictures of one request. */
    public static final int MAX_COUNT = 64;

    /** Checks ranges. */
    public GenerationRequest {
        range("count", count, 1, MAX_COUNT);
        range("steps", steps, 1, MAX_STEPS);
        scale("cfg", cfg);
        scale("cfg image", cfgImage);
        if (!(shift > 0 && shift <= 100)) {
            throw new UserException("The timestep shift must be above 0 and at most 100, got " + shift);
        }
        if (cfgImage > 1 && input == null) {
            throw new UserException(
                    "cfg image " + cfgImage + " needs a picture to edit; leave it at 1 for text-to-image");
        }
        ContextNoise.require(contextNoise);
        shortcuts.require(steps, sampler);
    }

    private static void range(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new UserException("The " + name + " must be from " + low + " to " + high + ", got " + value);
        }
    }

    private static void scale(String name, double value) {
        if (!(value >= 1 && value <= 100)) {
            throw new UserException("The guidance scale " + name + " must be from 1 (off) to 100, got " + value);
        }
    }

    /** The same with another prompt. */
    public GenerationRequest withPrompt(String other) {
        return new GenerationRequest(
                other,
                positive,
                negative,
                size,
                count,
                seed,
                steps,
                cfg,
                cfgImage,
                shift,
                sampler,
                noiseLevel,
                cfgSchedule,
                useNorm,
                contextNoise,
                previews,
                input,
                shortcuts,
                start);
    }

    /** A builder that starts from the settings recommended for a checkpoint. */
    public static RequestBuilder with(GenerationDefaults defaults) {
        return new RequestBuilder(defaults);
    }
}
