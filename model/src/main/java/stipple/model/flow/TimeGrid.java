package stipple.model.flow;

import stipple.torch.UserException;

/** The times at which a sampler evaluates the head (reference §2.9). */
public final class TimeGrid {
    private TimeGrid() {}

    /** Moves a time towards noise for a shift above 1: {@code t / (s - (s-1) t)}; the identity for 1. */
    public static double shift(double t, double shift) {
        return t / (shift - (shift - 1) * t);
    }

    /**
     * {@code n} shifted times from 0 to {@code end}, both included.
     *
     * @throws UserException if n is below 1 or the shift is not positive
     */
    public static double[] including(double end, int n, double shift) {
        require(n, shift);
        double[] times = new double[n];
        for (int i = 0; i < n; i++) {
            // float32 as in torch's linspace: the first half from the start, the second from the end, rounded once.
            float step = n == 1 ? 0 : (float) end / (n - 1);
            float t = i < n / 2 ? step * i : Math.fma(-step, (float) (n - 1 - i), (float) end);
            times[i] = shift(n == 1 ? 0 : t, shift);
        }
        return times;
    }

    /** {@code steps + 1} times from 0 to 1 of which all but the last are shifted; the last is 1. */
    public static double[] closed(int steps, double shift) {
        double[] times = including(1, steps + 1, shift);
        times[steps] = 1;
        return times;
    }

    private static void require(int n, double shift) {
        if (n < 1) {
            throw new UserException("Sampling steps must be at least 1, got " + n);
        }
        if (!(shift > 0)) {
            throw new UserException("The timestep shift must be above 0, got " + shift);
        }
    }
}
