package stipple.model.decode;

import stipple.model.flow.Guidance;
import stipple.model.flow.SolverProgram;

/** One token of one picture to be drawn, and what became of it. */
public final class TokenDraw {
    private final DecodeBackend.Picture picture;
    private final SolverProgram program;
    private final Guidance guidance;
    private final boolean normalize;
    private final float[][] noise;
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
