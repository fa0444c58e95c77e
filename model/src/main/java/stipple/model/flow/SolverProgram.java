package stipple.model.flow;

import java.util.ArrayList;
import java.util.List;
import stipple.torch.UserException;

/**
 * How one token is sampled, as plain numbers: the same for every token of the same settings, and simple enough for native
 * code to run as a whole. The first draw is the starting point, each step that {@linkplain SolverStep#draws() draws}
 * takes another.
 *
 * @param steps the updates in order; the first one evaluates
 * @param tolerance relative change of the velocity from one evaluation to the next below which the step after it is made
 *     without an evaluation of its own, never two in succession and never the last; 0 evaluates every step that asks
 */
public record SolverProgram(List<SolverStep> steps, double tolerance) {
    /** Checks that there is something to do. */
    public SolverProgram {
        steps = List.copyOf(steps);
        if (steps.isEmpty() || !steps.getFirst().evaluate()) {
            throw new IllegalArgumentException("A solver begins with an evaluation");
        }
    }

    SolverProgram(List<SolverStep> steps) {
        this(steps, 0);
    }

    /** Evaluations of the head if none is spared by the tolerance. */
    public int evaluations() {
        return (int) steps.stream().filter(SolverStep::evaluate).count();
    }

    /** Draws besides the starting point. */
    public int draws() {
        return (int) steps.stream().filter(SolverStep::draws).count();
    }

    /**
     * Evaluates every {@code every}-th step and the last one only; in between, the last velocity serves again.
     *
     * @throws UserException if the program is not one of single-evaluation steps
     */
    public SolverProgram reusing(int every) {
        if (every == 1) {
            return this;
        }
        requireFirstOrder();
        List<SolverStep> sparse = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            boolean evaluated = i % every == 0 || i == steps.size() - 1;
            sparse.add(evaluated ? steps.get(i) : steps.get(i).reused());
        }
        return new SolverProgram(sparse, tolerance);
    }

    /**
     * Spares evaluations where the velocity hardly changes.
     *
     * @throws UserException if the program is not one of single-evaluation steps
     */
    public SolverProgram within(double relativeChange) {
        if (relativeChange == 0) {
            return this;
        }
        requireFirstOrder();
        return new SolverProgram(steps, relativeChange);
    }

    private void requireFirstOrder() {
        if (steps.stream().anyMatch(step -> !step.commit() || step.previous() != 0)) {
            throw new UserException("Velocities can be reused with the solver euler only");
        }
    }
}
