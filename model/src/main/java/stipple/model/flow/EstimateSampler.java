package stipple.model.flow;

import java.util.ArrayList;
import java.util.List;
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
    public SolverProgram program(int steps, double shift) {
        double[] grid = TimeGrid.closed(steps, shift);
        List<SolverStep> list = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            double t = grid[i];
            double next = grid[i + 1];
            Coefficients c = coefficients(grid, i);
            // noise estimate x - t v, data estimate x + (1 - t) v
            double point = c.noise() + next;
            double velocity = next * (1 - t) - c.noise() * t;
            list.add(
                    mode == Mode.ODE
                            ? SolverStep.euler(t, next - t)
                            : SolverStep.stochastic(t, point, velocity, c.fresh()));
        }
        return new SolverProgram(list);
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
