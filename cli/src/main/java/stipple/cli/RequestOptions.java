package stipple.cli;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Option;
import stipple.model.config.GuidanceSchedule;
import stipple.model.config.SamplerKind;
import stipple.model.flow.SolverKind;
import stipple.model.generate.RequestBuilder;
import stipple.model.image.ImageSize;

/** Options that say what to draw; null means not given, so that the model's own recommendation holds. */
final class RequestOptions {
    @Option(
            names = {"-p", "--prompt"},
            paramLabel = "TEXT",
            description = "what to draw, in place of the argument")
    String prompt;

    @Option(
            names = "--like",
            paramLabel = "FILE",
            description = "draw a picture again by the settings in this PNG; options given beside it override them")
    Path like;

    @Option(names = "--negative", paramLabel = "TEXT", description = "what to keep away from; needs --cfg above 1")
    private String negative;

    @Option(names = "--positive", paramLabel = "TEXT", description = "appended to the prompt")
    private String positive;

    @Option(names = "--size", paramLabel = "WxH", description = "size in pixels; a wrong one lists those supported")
    ImageSize size;

    @Option(
            names = {"-n", "--n"},
            paramLabel = "N",
            description = "number of pictures, with the seeds S, S+1, … (default: 1)")
    private Integer count;

    @Option(
            names = {"-s", "--seed"},
            paramLabel = "S",
            description = "the same seed gives the same picture (default: random, and printed)")
    Long seed;

    @Option(names = "--steps", paramLabel = "N", description = "evaluations of the flow head per token")
    private Integer steps;

    @Option(names = "--cfg", paramLabel = "X", description = "guidance towards the prompt; 1 is off and twice as fast")
    private Double cfg;

    @Option(
            names = "--cfg-schedule",
            paramLabel = "NAME",
            description = "how guidance moves over the tokens: constant, linear-falling, linear-rising")
    private GuidanceSchedule cfgSchedule;

    @Option(names = "--sampler", paramLabel = "NAME", description = "s1, s2, s3-sde, s3-cps or ode")
    private SamplerKind sampler;

    @Option(names = "--noise-level", paramLabel = "X", description = "0 to 1, noise of s3-sde and s3-cps")
    private Double noiseLevel;

    @Option(names = "--shift", paramLabel = "X", description = "timestep shift; above 1 spends more steps near noise")
    private Double shift;

    @Option(
            names = "--use-norm",
            negatable = true,
            fallbackValue = "true",
            description = "whether each token is normalised before it is fed back")
    private Boolean useNorm;

    @Option(
            names = "--context-noise",
            paramLabel = "X",
            description =
                    "0 to 1, noise over tokens as they are read back: more trust in the prompt, for models that learnt"
                            + " so; 0 is off")
    private Double contextNoise;

    @Option(
            names = "--continue-from",
            paramLabel = "PICTURE",
            description = "keep the first --rows rows of this PNG or JPEG and draw the rest")
    Path continueFrom;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "rows of tokens to keep with --continue-from, usually of 16 pixels each")
    Integer rows;

    @Option(
            names = "--steps-end",
            paramLabel = "N",
            description = "fewer steps towards the end: they fall from --steps to this; 0 is off")
    private Integer stepsEnd;

    @Option(
            names = "--solver",
            paramLabel = "NAME",
            description = "how --sampler ode integrates: euler, midpoint, heun, ab2; the others need fewer steps")
    private SolverKind solver;

    @Option(
            names = "--reuse",
            paramLabel = "N",
            description = "evaluate the head only every N-th step and use its last velocity in between; 1 is off")
    private Integer reuse;

    @Option(
            names = "--reuse-tolerance",
            paramLabel = "X",
            description = "use a velocity for a second step if it changed by less than this share; 0 is off")
    private Double reuseTolerance;

    /**
     * Sets what was given.
     *
     * @return the keys of {@link stipple.model.generate.RequestJson} that were given
     */
    Set<String> applyTo(RequestBuilder builder) {
        Set<String> given = new HashSet<>();
        set(given, "prompt", prompt, builder::prompt);
        set(given, "negative", negative, builder::negative);
        set(given, "positive", positive, builder::positive);
        set(given, "size", size, builder::size);
        set(given, "n", count, builder::count);
        set(given, "seed", seed, builder::seed);
        set(given, "steps", steps, builder::steps);
        set(given, "cfg", cfg, builder::cfg);
        set(given, "cfg_schedule", cfgSchedule, builder::cfgSchedule);
        set(given, "sampler", sampler, builder::sampler);
        set(given, "noise_level", noiseLevel, builder::noiseLevel);
        set(given, "shift", shift, builder::shift);
        set(given, "use_norm", useNorm, builder::useNorm);
        set(given, "context_noise", contextNoise, builder::contextNoise);
        set(given, "continue_rows", rows, builder::continueRows);
        set(given, "steps_end", stepsEnd, builder::stepsEnd);
        set(given, "solver", solver, builder::solver);
        set(given, "reuse", reuse, builder::reuse);
        set(given, "reuse_tolerance", reuseTolerance, builder::reuseTolerance);
        return given;
    }

    private static <T> void set(Set<String> given, String key, T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
            given.add(key);
        }
    }
}
