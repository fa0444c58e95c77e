package stipple.model.flow;

import java.util.ArrayList;
import java.util.List;
import stipple.torch.UserException;

/**
 * Samplers S1 and S2 (reference §2.9): Euler-Maruyama steps of the reverse stochastic equation with drift
 * {@code v + sigma * score} and diffusion {@code sqrt(2 sigma)}, sigma = 1 - t.
 *
 * @param cleanEnd whether the last evaluation makes a deterministic step (S1); otherwise the last stochastic step
 *     reaches t = 1 and leaves its noise in the token (S2)
 * @param lastStep length of that deterministic step, not shifted; 0 without it
 */
public record DriftSampler(boolean cleanEnd, double lastStep) implements Sampler {
    /** NextStep-1 as published in 2025. */
    public static final DriftSampler S1 = s1(0.04);

    /** NextStep-1.1 as published with its weights. */
    public static final DriftSampler S2 = new DriftSampler(false, 0);

    /** Checks the range. */
    public DriftSampler {
        if (!(lastStep >= 0 && lastStep < 1)) {
            throw new UserException("The last step must be in [0, 1), got " + lastStep);
        }
        if (!cleanEnd && lastStep != 0) {
            throw new UserException("Only a sampler with a deterministic end has a last step, got " + lastStep);
        }
    }

    /** S1 with another length of its last step; 0 ends the path without one but keeps the grid of S1. */
    public static DriftSampler s1(double lastStep) {
        return new DriftSampler(true, lastStep);
    }

    @Override
    public SolverProgram program(int steps, double shift) {
        double[] grid = cleanEnd ? TimeGrid.including(1 - lastStep, steps, shift) : TimeGrid.closed(steps, shift);
        List<SolverStep> list = new ArrayList<>();
        for (int i = 0; i + 1 < grid.length; i++) {
            double t = grid[i];
            double dt = grid[i + 1] - t;
            double sigma = 1 - t;
            // v + sigma * score, where sigma * score = -(noise estimate): (1 + t) v - x.
            list.add(SolverStep.stochastic(t, 1 - dt, (1 + t) * dt, Math.sqrt(2 * sigma) * Math.sqrt(dt)));
        }
        if (cleanEnd) {
            list.add(SolverStep.euler(grid[grid.length - 1], lastStep));
        }
        return new SolverProgram(list);
    }
}
