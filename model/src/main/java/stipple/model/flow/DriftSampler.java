package stipple.model.flow;

import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;

/**
 * Samplers S1 and S2 (reference §2.9): Euler-Maruyama steps of the reverse stochastic equation with drift
 * {@code v + sigma * score} and diffusion {@code sqrt(2 sigma)}, sigma = 1 - t.
 *
 * @param lastStep length of one deterministic step at the end, not shifted (S1: 0.04); 0 for none (S2), in which case the
 *     last stochastic step reaches t = 1 and leaves its noise in the token
 */
public record DriftSampler(double lastStep) implements Sampler {
    /** NextStep-1 as published in 2025. */
    public static final DriftSampler S1 = new DriftSampler(0.04);

    /** NextStep-1.1 as published with its weights. */
    public static final DriftSampler S2 = new DriftSampler(0);

    /** Checks the range. */
    public DriftSampler {
        if (!(lastStep >= 0 && lastStep < 1)) {
            throw new UserException("The last step must be in [0, 1), got " + lastStep);
        }
    }

    @Override
    public Tensor sample(VelocityField field, NoiseSource noise, int steps, double shift) {
        double[] grid = lastStep > 0 ? TimeGrid.including(1 - lastStep, steps, shift) : TimeGrid.closed(steps, shift);
        try (Scope scope = Scope.open()) {
            Tensor x = noise.next();
            for (int i = 0; i + 1 < grid.length; i++) {
                x = step(field, noise, x, grid[i], grid[i + 1] - grid[i]);
            }
            if (lastStep > 0) {
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
