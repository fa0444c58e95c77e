package stipple.model.generate;

import stipple.model.config.GenerationDefaults;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.SamplerKind;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.SolverKind;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;

/** Changes single settings of a request. */
public final class RequestBuilder {
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
    private double noiseLevel = EstimateSampler.DEFAULT_NOISE_LEVEL;
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

    RequestBuilder(GenerationDefaults d) {
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
    public RequestBuilder prompt(String value) {
        prompt = value;
        return this;
    }

    /** Appended to the prompt. */
    public RequestBuilder positive(String value) {
        positive = value;
        return this;
    }

    /** Text of the unconditional row. */
    public RequestBuilder negative(String value) {
        negative = value;
        return this;
    }

    /** Size of the pictures. */
    public RequestBuilder size(ImageSize value) {
        size = value;
        return this;
    }

    /** Number of pictures. */
    public RequestBuilder count(int value) {
        count = value;
        return this;
    }

    /** Seed of the first picture. */
    public RequestBuilder seed(long value) {
        seed = value;
        return this;
    }

    /** Head evaluations per token. */
    public RequestBuilder steps(int value) {
        steps = value;
        return this;
    }

    /** Guidance towards the prompt. */
    public RequestBuilder cfg(double value) {
        cfg = value;
        return this;
    }

    /** Guidance towards the input picture. */
    public RequestBuilder cfgImage(double value) {
        cfgImage = value;
        return this;
    }

    /** Timestep shift. */
    public RequestBuilder shift(double value) {
        shift = value;
        return this;
    }

    /** Which sampler. */
    public RequestBuilder sampler(SamplerKind value) {
        sampler = value;
        return this;
    }

    /** Eta of the S3 samplers. */
    public RequestBuilder noiseLevel(double value) {
        noiseLevel = value;
        return this;
    }

    /** How the scales move over the tokens. */
    public RequestBuilder cfgSchedule(GuidanceSchedule value) {
        cfgSchedule = value;
        return this;
    }

    /** Whether each token is normalised. */
    public RequestBuilder useNorm(boolean value) {
        useNorm = value;
        return this;
    }

    /** Level of the noise over tokens as they are read back. */
    public RequestBuilder contextNoise(double value) {
        contextNoise = value;
        return this;
    }

    /** Whether partial pictures are decoded. */
    public RequestBuilder previews(Previews value) {
        previews = value;
        return this;
    }

    /** The picture to edit. */
    public RequestBuilder input(PixelImage value) {
        input = value;
        return this;
    }

    /** Head evaluations for the last token, 0 for as many as the first one has. */
    public RequestBuilder stepsEnd(int value) {
        stepsEnd = value;
        return this;
    }

    /** How the sampler ode integrates. */
    public RequestBuilder solver(SolverKind value) {
        solver = value;
        return this;
    }

    /** Every how many steps the head is evaluated. */
    public RequestBuilder reuse(int value) {
        reuse = value;
        return this;
    }

    /** Relative change below which a velocity serves once more. */
    public RequestBuilder reuseTolerance(double value) {
        reuseTolerance = value;
        return this;
    }

    /** The picture to continue, null for none. */
    public RequestBuilder continueFrom(PixelImage value) {
        startImage = value;
        return this;
    }

    /** Rows of tokens to keep of it, 0 for none. */
    public RequestBuilder continueRows(int value) {
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
