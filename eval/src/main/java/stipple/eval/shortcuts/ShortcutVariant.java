package stipple.eval.shortcuts;

import java.util.List;
import java.util.function.UnaryOperator;
import stipple.model.flow.SolverKind;
import stipple.model.generate.RequestBuilder;

/**
 * A way to draw with fewer evaluations.
 *
 * @param name as on the command line
 * @param change what it changes in a request
 */
public record ShortcutVariant(String name, UnaryOperator<RequestBuilder> change) {
    /** The ways that are compared: fewer steps, fewer towards the end, better solvers, velocities used twice. */
    public static List<ShortcutVariant> all(int steps) {
        int half = steps / 2;
        int third = Math.max(2, steps / 3);
        int end = Math.max(1, steps / 5);
        return List.of(
                plain(steps - steps / 4),
                plain(half),
                plain(third),
                plain(end),
                new ShortcutVariant("--steps-end " + half, b -> b.stepsEnd(half)),
                new ShortcutVariant("--steps-end " + end, b -> b.stepsEnd(end)),
                solver(SolverKind.MIDPOINT, half),
                solver(SolverKind.MIDPOINT, third),
                solver(SolverKind.HEUN, half),
                solver(SolverKind.HEUN, third),
                solver(SolverKind.AB2, half),
                solver(SolverKind.AB2, third),
                solver(SolverKind.AB2, end),
                new ShortcutVariant(
                        "--steps " + half + " --solver ab2 --steps-end " + end,
                        b -> b.steps(half).solver(SolverKind.AB2).stepsEnd(end)),
                new ShortcutVariant("--reuse 2", b -> b.reuse(2)),
                new ShortcutVariant("--reuse-tolerance 0.05", b -> b.reuseTolerance(0.05)),
                new ShortcutVariant("--reuse-tolerance 0.1", b -> b.reuseTolerance(0.1)),
                new ShortcutVariant("--reuse-tolerance 0.2", b -> b.reuseTolerance(0.2)));
    }

    /** So many steps and nothing else. */
    static ShortcutVariant plain(int steps) {
        return new ShortcutVariant("--steps " + steps, b -> b.steps(steps));
    }

    private static ShortcutVariant solver(SolverKind kind, int steps) {
        return new ShortcutVariant(
                "--steps " + steps + " --solver " + kind.id(),
                b -> b.steps(steps).solver(kind));
    }
}
