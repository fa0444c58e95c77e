package stipple.model.flow;

/**
 * One run of a {@link SolverProgram}. Whoever drives it evaluates the head:
 *
 * <pre>{@code
 * SolverRun run = new SolverRun(program, draws);
 * while (run.advance()) {
 *     run.velocity(head.at(run.point(), run.time()));
 * }
 * float[] token = run.point();
 * }</pre>
 */
public final class SolverRun {
    private final SolverProgram program;
    private final float[][] draws;
    private float[] point;
    private float[] base;
    private float[] velocity;
    private float[] previous;
    private int next;
    private int nextDraw = 1;
    private int evaluations;
    private boolean waiting;
    private boolean spare;

    /**
     * A run from its starting point.
     *
     * @param draws standard normal values: the starting point, then one array per drawing step, all of one length
     */
    public SolverRun(SolverProgram program, float[][] draws) {
        if (draws.length != program.draws() + 1) {
            throw new IllegalArgumentException(
                    "The program needs " + (program.draws() + 1) + " draws, " + draws.length + " were given");
        }
        this.program = program;
        this.draws = draws;
        this.point = draws[0].clone();
        this.base = point;
    }

    /** Makes all steps up to the next evaluation; false if the end is reached. */
    public boolean advance() {
        if (waiting) {
            throw new IllegalStateException("The run waits for a velocity");
        }
        while (next < program.steps().size()) {
            SolverStep step = program.steps().get(next);
            boolean last = next == program.steps().size() - 1;
            if (step.evaluate() && (!spare || last)) {
                waiting = true;
                return true;
            }
            spare = false;
            update(step);
        }
        return false;
    }

    /** Where the head is to be evaluated; in the end the result. Not to be written to. */
    public float[] point() {
        return point;
    }

    /** The time of the evaluation. */
    public double time() {
        return program.steps().get(next).time();
    }

    /** The index of the step that comes next. */
    public int step() {
        return next;
    }

    /** Evaluations so far. */
    public int evaluations() {
        return evaluations;
    }

    /** Makes the step that waits for this velocity. */
    public void velocity(float[] value) {
        if (!waiting) {
            throw new IllegalStateException("No velocity was asked for");
        }
        waiting = false;
        evaluations++;
        previous = velocity;
        velocity = value;
        spare = program.tolerance() > 0 && previous != null && steady();
        update(program.steps().get(next));
    }

    private boolean steady() {
        double change = 0;
        double size = 0;
        for (int i = 0; i < velocity.length; i++) {
            double d = (double) velocity[i] - previous[i];
            change += d * d;
            size += (double) velocity[i] * velocity[i];
        }
        return Math.sqrt(change) <= program.tolerance() * Math.sqrt(size);
    }

    private void update(SolverStep step) {
        float[] noise = step.draws() ? draws[nextDraw++] : null;
        float[] out = new float[point.length];
        for (int i = 0; i < out.length; i++) {
            double sum = step.point() * point[i] + step.velocity() * velocity[i];
            if (step.base() != 0) {
                sum += step.base() * base[i];
            }
            if (step.previous() != 0) {
                sum += step.previous() * previous[i];
            }
            if (noise != null) {
                sum += step.noise() * noise[i];
            }
            out[i] = (float) sum;
        }
        point = out;
        if (step.commit()) {
            base = out;
        }
        next++;
    }
}
