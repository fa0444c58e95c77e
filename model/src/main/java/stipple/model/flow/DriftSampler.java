package stipple.model.flow;

import stipple.torch.Scope;
import stipple.torch.Tensor;
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
    public Tensor sample(VelocityField field, NoiseSource noise, int steps, double shift) {
        double[] grid = cleanEnd ? TimeGrid.including(1 - lastStep, steps, shift) : TimeGrid.closed(steps, shift);
        try (Scope scope = Scope.open()) {
            Tensor x = noise.next();
            for (int i = 0; i + 1 < grid.length; i++) {
                x = step(field, noise, x, grid[i], grid[i + 1] - grid[i]);
            }
            if (cleanEnd) {
                x = x.add(field.at(x, grid[grid.length - 1]).mul(lastStep));
            }
            return scope.keep(x);
        }
    }

    private static Tensor step(VelocityField field, NoiseSource noise, Tensor x, double t, double dt) {
        try (Scope scope = Scope.open()) {
            double sigma = 1 - t;
            // v + sigma * score, where sigma * score = -(noise estimate): (1 + t) v - x.
            Tensor drift = field.at(x, t).mul(1 + t).sub(x);
            Tensor jump = noise.next().mul(Math.sqrt(2 * sigma) * Math.sqrt(dt));
            return scope.keep(x.add(drift.mul(dt)).add(jump));
        }
    }
}
