package stipple.model.decode;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import stipple.model.flow.Guidance;
import stipple.model.flow.SolverProgram;

/** One token of one picture to be drawn, and what became of it. */
public final class TokenDraw {
    private final DecodeBackend.Picture picture;
    private final SolverProgram program;
    private final Guidance guidance;
    private final boolean normalize;
    private final float[][] noise;
    private final ContextNoise context;
    private final Set<Integer> kept;
    private final Map<Integer, FlowPoint> points = new HashMap<>();
    private float[] token;
    private int evaluations;
    private RuntimeException failure;

    /**
     * A token to draw.
     *
     * @param picture whose token
     * @param program how it is sampled
     * @param guidance scales for this very token; the branches are the picture's
     * @param normalize whether the token is normalised before it is fed back and decoded (§2.10)
     * @param noise the picture's own draws: the starting point, then {@link SolverProgram#draws()} more,
     *     {@code [1 + draws][token]}
     */
    public TokenDraw(
            DecodeBackend.Picture picture,
            SolverProgram program,
            Guidance guidance,
            boolean normalize,
            float[][] noise) {
        this(picture, program, guidance, normalize, noise, 0, Set.of());
    }

    /**
     * The same with noise over what is read back, and a view into the sampler.
     *
     * @param noise as above, and one more draw if there is context noise
     * @param contextNoise level of the noise over the token when it is read back, 0 for none
     * @param kept indices of the steps of the program whose points are wanted afterwards
     */
    public TokenDraw(
            DecodeBackend.Picture picture,
            SolverProgram program,
            Guidance guidance,
            boolean normalize,
            float[][] noise,
            double contextNoise,
            Set<Integer> kept) {
        this.context = ContextNoise.of(contextNoise, noise);
        this.kept = kept;
        this.picture = picture;
        this.program = program;
        this.guidance = guidance;
        this.normalize = normalize;
        this.noise = Arrays.copyOf(noise, noise.length - ContextNoise.draws(contextNoise));
    }

    /** Whose token. */
    public DecodeBackend.Picture picture() {
        return picture;
    }

    /** How it is sampled. */
    public SolverProgram program() {
        return program;
    }

    /** Scales for this token. */
    public Guidance guidance() {
        return guidance;
    }

    /** Whether it is normalised. */
    public boolean normalize() {
        return normalize;
    }

    /** The draws, {@code [1 + draws][token]}. */
    public float[][] noise() {
        return noise;
    }

    /** Noise over the token when it is read back. */
    public ContextNoise context() {
        return context;
    }

    /** The token as it is read back, once drawn. */
    public float[] read() {
        return context.over(token);
    }

    /** Steps whose points are wanted. */
    public Set<Integer> kept() {
        return kept;
    }

    /** A step that was {@linkplain #kept() wanted}, once the token is drawn. */
    public FlowPoint point(int step) {
        return points.get(step);
    }

    /** Notes a step; for backends. */
    void passed(int step, FlowPoint point) {
        points.put(step, point);
    }

    /** The token, once drawn. */
    public float[] token() {
        return token;
    }

    /** Evaluations of the head it took. */
    public int evaluations() {
        return evaluations;
    }

    /** Why there is no token, or null. */
    public RuntimeException failure() {
        return failure;
    }

    /** Sets the result; for backends. */
    public void done(float[] drawn, int spent) {
        token = drawn;
        evaluations = spent;
    }

    /** Says that this picture is lost; for backends. */
    public void fail(RuntimeException cause) {
        failure = cause;
    }
}
