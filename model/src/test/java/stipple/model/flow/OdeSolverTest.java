package stipple.model.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stipple.torch.UserException;

/** Solvers on {@code x' = -2 t x}, whose value at 1 is the starting point over e. */
class OdeSolverTest {
    private static final float START = 2;

    private static double error(SolverProgram program) {
        return Math.abs(run(program).point()[0] - START / Math.E);
    }

    private static SolverRun run(SolverProgram program) {
        SolverRun run = new SolverRun(program, new float[][] {{START}});
        while (run.advance()) {
            run.velocity(new float[] {(float) (-2 * run.time() * run.point()[0])});
        }
        return run;
    }

    @ParameterizedTest
    @EnumSource(SolverKind.class)
    void halving_the_steps_divides_the_error_by_the_order(SolverKind kind) {
        double coarse = error(new OdeSolver(kind).program(16, 1.5));
        double fine = error(new OdeSolver(kind).program(32, 1.5));
        double ratio = coarse / fine;
        if (kind == SolverKind.EULER) {
            assertTrue(ratio > 1.8 && ratio < 2.2, "first order, got " + ratio);
        } else {
            assertTrue(ratio > 3.3 && ratio < 5, "second order, got " + ratio);
        }
    }

    @ParameterizedTest
    @EnumSource(SolverKind.class)
    void steps_are_evaluations_for_even_and_odd_numbers(SolverKind kind) {
        for (int steps : List.of(1, 2, 5, 8)) {
            SolverRun run = run(new OdeSolver(kind).program(steps, 1));
            assertEquals(steps, run.evaluations());
        }
    }

    @Test
    void a_velocity_serves_as_many_steps_as_asked_for_and_the_last_step_has_its_own() {
        SolverProgram program = new OdeSolver(SolverKind.EULER).program(8, 1).reusing(3);
        assertEquals(4, program.evaluations());
        assertEquals(4, run(program).evaluations());
        List<Boolean> evaluated =
                program.steps().stream().map(SolverStep::evaluate).toList();
        assertEquals(List.of(true, false, false, true, false, false, true, true), evaluated);
        // The last of the steps would have been a reuse but for being the last.
        assertTrue(error(program) < 0.3);
    }

    @Test
    void a_velocity_that_hardly_changes_serves_once_more() {
        SolverProgram program = new OdeSolver(SolverKind.EULER).program(10, 1);
        SolverRun still = new SolverRun(program.within(0.01), new float[][] {{0, 0}});
        while (still.advance()) {
            still.velocity(new float[] {3, 4});
        }
        // Two evaluations to see that nothing changes; then every other step reuses, and the last one does not.
        assertEquals(6, still.evaluations());
        assertEquals(3, still.point()[0], 1e-6);
        SolverRun lively = new SolverRun(program.within(0.01), new float[][] {{0, 0}});
        int sign = 1;
        while (lively.advance()) {
            lively.velocity(new float[] {3 * sign, 4 * sign});
            sign = -sign;
        }
        assertEquals(10, lively.evaluations());
    }

    @Test
    void what_needs_several_velocities_per_step_cannot_reuse_them() {
        SolverProgram heun = new OdeSolver(SolverKind.HEUN).program(8, 1);
        assertThrows(UserException.class, () -> heun.reusing(2));
        assertThrows(
                UserException.class,
                () -> new OdeSolver(SolverKind.AB2).program(8, 1).within(0.1));
    }
}
