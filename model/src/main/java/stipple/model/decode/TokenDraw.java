package stipple.model.decode;

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
        this(picture, program, guidance, normalize, noise, Set.of());
    }

    /**
     * The same with a view into the sampler.
     *
     * @param kept indices of the steps of the program whose points are wanted afterwards
     */
    public TokenDraw(
            DecodeBackend.Picture picture,
            SolverProgram program,
            Guidance guidance,
            boolean normalize,
            float[][] noise,
            Set<Integer> kept) {
        this.kept = kept;
        this.picture = picture;
        this.program = program;
        this.guidance = guidance;
        this.normalize = normalize;
        this.noise = noise;
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
