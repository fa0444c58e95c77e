package stipple.model.flow;

/**
 * One update of a point by a linear combination, which every sampler comes down to. If {@code evaluate}, the last
 * velocity becomes the previous one and the head is asked at the point and the time; then
 *
 * <pre>point = point * x + base * b + velocity * v + previous * w + noise * n</pre>
 *
 * with the point x, the base b (where the current interval began), the last velocity v, the one before w, and the next
 * draw n; and if {@code commit}, the result is the base of the next interval.
 *
 * @param time where the head is evaluated, in [0, 1]
 * @param evaluate whether it is; otherwise the last velocity serves again
 * @param point weight of the point
 * @param base weight of the base
 * @param velocity weight of the last velocity
 * @param previous weight of the velocity before the last
 * @param noise weight of the draw
 * @param draws whether a draw is taken, even if its weight is zero
 * @param commit whether an interval ends here
 */
public record SolverStep(
        double time,
        boolean evaluate,
        double point,
        double base,
        double velocity,
        double previous,
        double noise,
        boolean draws,
        boolean commit) {
    /** A deterministic Euler step of a given length. */
    static SolverStep euler(double time, double length) {
        return new SolverStep(time, true, 1, 0, length, 0, 0, false, true);
    }

    /** A step of first order that takes a draw. */
    static SolverStep stochastic(double time, double point, double velocity, double noise) {
        return new SolverStep(time, true, point, 0, velocity, 0, noise, true, true);
    }

    /** The same update with the velocity that is already there. */
    SolverStep reused() {
        return new SolverStep(time, false, point, base, velocity, previous, noise, draws, commit);
    }
}
