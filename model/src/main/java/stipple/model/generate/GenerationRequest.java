package stipple.model.generate;

import stipple.model.config.GenerationDefaults;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.SamplerKind;
import stipple.model.decode.ContextNoise;
import stipple.model.flow.SolverKind;
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
    public static Builder with(GenerationDefaults defaults) {
        return new Builder(defaults);
    }

    /** Changes single settings of a request. */
    public static final class Builder {
        private String prompt = "";
        private String positive;
        private String negative;
        private ImageSize size;
        private int count = 1;
        private long seed;
        private int steps;
        private double cfg;
        private double cfgImage;
        private double shift;
        private SamplerKind sampler;
        private double noiseLevel = stipple.model.flow.EstimateSampler.DEFAULT_NOISE_LEVEL;
        private GuidanceSchedule cfgSchedule;
        private boolean useNorm;
        private double contextNoise;
        private Previews previews = Previews.NONE;
        private PixelImage input;
        private int stepsEnd = Shortcuts.NONE.stepsEnd();
        private SolverKind solver = Shortcuts.NONE.solver();
        private int reuse = Shortcuts.NONE.reuse();
        private double reuseTolerance = Shortcuts.NONE.reuseTolerance();
        private PixelImage startImage;
        private int startRows;

        private Builder(GenerationDefaults d) {
            positive = d.positivePrompt();
            negative = d.negativePrompt();
            size = new ImageSize(d.width(), d.height());
            steps = d.steps();
            cfg = d.cfg();
            cfgImage = 1;
            shift = d.shift();
            sampler = d.sampler();
            cfgSchedule = d.cfgSchedule();
            useNorm = d.useNorm();
            contextNoise = d.contextNoise();
        }

        /** What to draw. */
        public Builder prompt(String value) {
            prompt = value;
            return this;
        }

        /** Appended to the prompt. */
        public Builder positive(String value) {
            positive = value;
            return this;
        }

        /** Text of the unconditional row. */
        public Builder negative(String value) {
            negative = value;
            return this;
        }

        /** Size of the pictures. */
        public Builder size(ImageSize value) {
            size = value;
            return this;
        }

        /** Number of pictures. */
        public Builder count(int value) {
            count = value;
            return this;
        }

        /** Seed of the first picture. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Head evaluations per token. */
        public Builder steps(int value) {
            steps = value;
            return this;
        }

        /** Guidance towards the prompt. */
        public Builder cfg(double value) {
            cfg = value;
            return this;
        }

        /** Guidance towards the input picture. */
        public Builder cfgImage(double value) {
            cfgImage = value;
            return this;
        }

        /** Timestep shift. */
        public Builder shift(double value) {
            shift = value;
            return this;
        }

        /** Which sampler. */
        public Builder sampler(SamplerKind value) {
            sampler = value;
            return this;
        }

        /** Eta of the S3 samplers. */
        public Builder noiseLevel(double value) {
            noiseLevel = value;
            return this;
        }

        /** How the scales move over the tokens. */
        public Builder cfgSchedule(GuidanceSchedule value) {
            cfgSchedule = value;
            return this;
        }

        /** Whether each token is normalised. */
        public Builder useNorm(boolean value) {
            useNorm = value;
            return this;
        }

        /** Level of the noise over tokens as they are read back. */
        public Builder contextNoise(double value) {
            contextNoise = value;
            return this;
        }

        /** Whether partial pictures are decoded. */
        public Builder previews(Previews value) {
            previews = value;
            return this;
        }

        /** The picture to edit. */
        public Builder input(PixelImage value) {
            input = value;
            return this;
        }

        /** Head evaluations for the last token, 0 for as many as the first one has. */
        public Builder stepsEnd(int value) {
            stepsEnd = value;
            return this;
        }

        /** How the sampler ode integrates. */
        public Builder solver(SolverKind value) {
            solver = value;
            return this;
        }

        /** Every how many steps the head is evaluated. */
        public Builder reuse(int value) {
            reuse = value;
            return this;
        }

        /** Relative change below which a velocity serves once more. */
        public Builder reuseTolerance(double value) {
            reuseTolerance = value;
            return this;
        }

        /** The picture to continue, null for none. */
        public Builder continueFrom(PixelImage value) {
            startImage = value;
            return this;
        }

        /** Rows of tokens to keep of it, 0 for none. */
        public Builder continueRows(int value) {
            startRows = value;
            return this;
        }

        /** The checked request. */
        public GenerationRequest build() {
            if (startImage == null && startRows != 0) {
                throw new UserException("There are " + startRows + " rows to keep but no picture to continue");
            }
            return new GenerationRequest(
                    prompt,
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
                    new Shortcuts(stepsEnd, solver, reuse, reuseTolerance),
                    startImage == null ? null : new Continuation(startImage, startRows));
        }
    }
}
