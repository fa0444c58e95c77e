package stipple.model.flow;

import java.util.List;

/**
 * What of a solver program decides which operations run, and in which order; the numbers are left out. Programs of one shape
 * run side by side, and one recording of their operations serves all of them.
 *
 * @param steps the updates in order
 */
public record SolverShape(List<Step> steps) {
    /**
     * One update.
     *
     * @param evaluate whether the head is asked
     * @param draws whether a draw is taken
     * @param commit whether an interval ends here
     * @param base whether the base has a weight
     * @param previous whether the velocity before the last has a weight
     */
    public record Step(boolean evaluate, boolean draws, boolean commit, boolean base, boolean previous) {}

    /** Copies the list. */
    public SolverShape {
        steps = List.copyOf(steps);
    }

    /**
     * The shape of a program.
     *
     * @throws IllegalArgumentException if values decide which steps evaluate
     */
    public static SolverShape of(SolverProgram program) {
        if (program.tolerance() > 0) {
            throw new IllegalArgumentException("What a program with a tolerance does depends on the velocities");
        }
        return new SolverShape(program.steps().stream()
                .map(step ->
                        new Step(step.evaluate(), step.draws(), step.commit(), step.base() != 0, step.previous() != 0))
                .toList());
    }

    /** Evaluations of the head. */
    public int evaluations() {
        return (int) steps.stream().filter(Step::evaluate).count();
    }

    /** Draws besides the starting point. */
    public int draws() {
        return (int) steps.stream().filter(Step::draws).count();
    }
}
