package stipple.model.flow;

import java.util.ArrayList;
import java.util.List;

/**
 * Solvers for the deterministic mode (reference §2.9, {@code ode}): those of second order need
 * fewer evaluations for the same error. Steps count evaluations of the head, so a method
 * that needs two per interval has half as many intervals; with an odd number the last interval is one Euler step.
 *
 * @param kind which method
 */
public record OdeSolver(SolverKind kind) implements Sampler {
    @Override
    public SolverProgram program(int steps, double shift) {
        return new SolverProgram(
                switch (kind) {
                    case EULER -> euler(TimeGrid.closed(steps, shift));
                    case AB2 -> multistep(TimeGrid.closed(steps, shift));
                    case MIDPOINT, HEUN -> inPairs(steps, shift);
                });
    }

    private static List<SolverStep> euler(double[] grid) {
        List<SolverStep> list = new ArrayList<>();
        for (int i = 0; i + 1 < grid.length; i++) {
            list.add(SolverStep.euler(grid[i], grid[i + 1] - grid[i]));
        }
        return list;
    }

    private List<SolverStep> inPairs(int steps, double shift) {
        int intervals = (steps + 1) / 2;
        double[] grid = TimeGrid.closed(intervals, shift);
        List<SolverStep> list = new ArrayList<>();
        for (int i = 0; i < intervals; i++) {
            double t = grid[i];
            double dt = grid[i + 1] - t;
            if (list.size() + 1 == steps) {
                list.add(SolverStep.euler(t, dt));
            } else if (kind == SolverKind.MIDPOINT) {
                list.add(new SolverStep(t, true, 1, 0, dt / 2, 0, 0, false, false));
                list.add(new SolverStep(t + dt / 2, true, 0, 1, dt, 0, 0, false, true));
            } else {
                list.add(new SolverStep(t, true, 1, 0, dt, 0, 0, false, false));
                list.add(new SolverStep(grid[i + 1], true, 0, 1, dt / 2, dt / 2, 0, false, true));
            }
        }
        return list;
    }

    /** The weights of an uneven grid: with the ratio r of this interval to the one before, {@code 1 + r/2} and {@code -r/2}. */
    private static List<SolverStep> multistep(double[] grid) {
        List<SolverStep> list = new ArrayList<>();
        for (int i = 0; i + 1 < grid.length; i++) {
            double dt = grid[i + 1] - grid[i];
            if (i == 0) {
                list.add(SolverStep.euler(grid[0], dt));
                continue;
            }
            double half = dt / (grid[i] - grid[i - 1]) / 2;
            list.add(new SolverStep(grid[i], true, 1, 0, dt * (1 + half), -dt * half, 0, false, true));
        }
        return list;
    }
}
