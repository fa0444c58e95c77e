package stipple.model.flow;

import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;

/**
 * Sampler S3 (reference §2.9): every step recombines the estimates of noise and data, with a share of the noise replaced
 * by fresh noise.
 *
 * @param mode how the fresh noise enters
 * @param noiseLevel eta in [0, 1]; not used by the ODE
 */
public record EstimateSampler(Mode mode, double noiseLevel) implements Sampler {
    /** The noise level that the published code fixes. */
    public static final double DEFAULT_NOISE_LEVEL = 0.8;

    /** The three modes of S3. */
    public enum Mode {
        /** Stochastic equation with the marginals of the ODE. */
        SDE,
        /** Coefficient-preserving sampling: the total noise stays on the path's schedule; the last step is clean. */
        CPS,
        /** Deterministic Euler steps. */
        ODE
    }

    /** Checks the range. */
    public EstimateSampler {
        if (!(noiseLevel >= 0 && noiseLevel <= 1)) {
            throw new UserException("The noise level must be in [0, 1], got " + noiseLevel);
        }
    }

    @Override
    public Tensor sample(VelocityField field, NoiseSource noise, int steps, double shift) {
        double[] grid = TimeGrid.closed(steps, shift);
        try (Scope scope = Scope.open()) {
            Tensor x = noise.next();
            for (int i = 0; i < steps; i++) {
                x = step(field, noise, x, grid[i], grid[i + 1], coefficients(grid, i));
            }
            return scope.keep(x);
        }
    }

    private Tensor step(VelocityField field, NoiseSource noise, Tensor x, double t, double next, Coefficients c) {
        try (Scope scope = Scope.open()) {
            Tensor v = field.at(x, t);
            Tensor out = LinearPath.noiseEstimate(x, v, t)
                    .mul(c.noise())
                    .add(LinearPath.dataEstimate(x, v, t).mul(next));
            if (mode != Mode.ODE) {
                out = out.add(noise.next().mul(c.fresh()));
            }
            return scope.keep(out);
        }
    }

    /**
     * Weights of one step besides that of the data estimate, which is the next time.
     *
     * @param noise weight of the noise estimate
     * @param fresh standard deviation of the fresh noise
     */
    record Coefficients(double noise, double fresh) {}

    Coefficients coefficients(double[] grid, int i) {
        double t = grid[i];
        double next = grid[i + 1];
        double dt = next - t;
        double sigma = 1 - t;
        return switch (mode) {
            case ODE -> new Coefficients(1 - next, 0);
            case CPS -> {
                double std = (1 - next) * Math.sin(noiseLevel * Math.PI / 2);
                yield new Coefficients(Math.sqrt(Math.max(0, (1 - next) * (1 - next) - std * std)), std);
            }
            case SDE -> {
                // At pure noise the variance would be infinite; the reference puts the last-but-one time there.
                double limit = sigma == 1 ? grid[grid.length - 2] : sigma;
                double std = noiseLevel * Math.sqrt(sigma / (1 - limit));
                yield new Coefficients((1 - next) - std * std * dt / (2 * sigma), std * Math.sqrt(dt));
            }
        };
    }
}
