package stipple.model.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.model.flow.EstimateSampler.Mode;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** The update rules of reference §2.9 on fields whose paths are known, and the tables of Appendix A. */
class SamplersTest {
    private static final EstimateSampler SDE = new EstimateSampler(Mode.SDE, 0.8);

    @ParameterizedTest
    @CsvSource({
        "28, 1.0,  0, 0,      0.64429,  0.03571, 0.80000",
        "28, 1.0,  1, 0.0357, 0.60857,  0.07143, 0.78558",
        "28, 1.0, 14, 0.5,    0.44143,  0.53571, 0.15119",
        "28, 1.0, 26, 0.9286, 0.02341,  0.96429, 0.04193",
        "28, 1.0, 27, 0.9643, -0.01185, 1,       0.02910",
        "50, 3.2,  0, 0,      0.96058,  0.00634, 0.25722",
        "50, 3.2,  1, 0.0063, 0.65810,  0.01285, 0.80866",
        "50, 3.2, 25, 0.2381, 0.72716,  0.25292, 0.17423",
        "50, 3.2, 48, 0.8824, 0.04087,  0.93870, 0.06934",
        "50, 3.2, 49, 0.9387, -0.02090, 1,       0.05062"
    })
    void the_coefficients_of_S3_sde_are_those_of_the_reference(
            int steps, double shift, int i, double t, double noise, double data, double fresh) {
        double[] grid = TimeGrid.closed(steps, shift);
        EstimateSampler.Coefficients c = SDE.coefficients(grid, i);
        assertEquals(t, grid[i], 5e-5);
        assertEquals(data, grid[i + 1], 5e-6);
        assertEquals(noise, c.noise(), 5e-6);
        assertEquals(fresh, c.fresh(), 5e-6);
    }

    @Test
    void cps_keeps_the_total_noise_on_the_path_and_ends_clean() {
        EstimateSampler cps = new EstimateSampler(Mode.CPS, 0.8);
        double[] grid = TimeGrid.closed(10, 1);
        for (int i = 0; i < 10; i++) {
            EstimateSampler.Coefficients c = cps.coefficients(grid, i);
            assertEquals(1 - grid[i + 1], Math.hypot(c.noise(), c.fresh()), 1e-12);
            assertEquals((1 - grid[i + 1]) * Math.sin(0.4 * Math.PI), c.fresh(), 1e-12);
        }
        assertEquals(0, cps.coefficients(grid, 9).fresh());
    }

    @Test
    void the_ode_is_Euler_with_equal_steps() {
        VelocityField field = (x, t) -> x.mul(-0.5).add(t);
        double x = 2;
        for (int i = 0; i < 7; i++) {
            x += (-0.5 * x + i / 7.0) / 7;
        }
        assertEquals(x, run(new EstimateSampler(Mode.ODE, 0.8), field, 7, 1, 2), 1e-6);
    }

    @Test
    void without_noise_the_stochastic_modes_are_the_ode() {
        VelocityField field = (x, t) -> x.mul(-0.5).add(t);
        double ode = run(new EstimateSampler(Mode.ODE, 0), field, 9, 2.5, 1.5);
        for (Mode mode : Mode.values()) {
            assertEquals(ode, run(new EstimateSampler(mode, 0), field, 9, 2.5, 1.5, new float[9]), 1e-6);
        }
    }

    @Test
    void the_drift_of_S2_is_velocity_minus_noise_estimate() {
        // Two steps with a constant velocity 3 from 2: x + (v - (x - t v)) dt + sqrt(2 (1 - t) dt) w.
        double x = 2 + (3 - 2) * 0.5 + Math.sqrt(2 * 1 * 0.5) * 0.1;
        x = x + (3 - (x - 0.5 * 3)) * 0.5 + Math.sqrt(2 * 0.5 * 0.5) * -0.2;
        assertEquals(x, run(DriftSampler.S2, (y, t) -> y.mul(0).add(3), 2, 1, 2, 0.1f, -0.2f), 1e-6);
    }

    @Test
    void S1_ends_with_a_deterministic_step_of_0_04_that_is_not_shifted() {
        List<Double> times = new ArrayList<>();
        VelocityField still = (x, t) -> {
            times.add(t);
            return x.mul(0).add(1);
        };
        double end = run(DriftSampler.S1, still, 2, 3.2, 0, 0f);
        double last = 0.882353;
        assertEquals(last, times.get(1), 1e-6);
        // One stochastic step without noise from 0 with drift (1 + t) v - x = 1, then 0.04 of the velocity.
        assertEquals(last + 0.04, end, 1e-6);
    }

    @Test
    void S1_without_a_last_step_keeps_its_grid() {
        List<Double> times = new ArrayList<>();
        run(
                DriftSampler.s1(0),
                (x, t) -> {
                    times.add(t);
                    return x;
                },
                3,
                1,
                0,
                0f,
                0f);
        assertEquals(List.of(0.0, 0.5, 1.0), times);
    }

    @ParameterizedTest
    @CsvSource({"S1, 5, 5", "S2, 5, 6", "SDE, 5, 6", "CPS, 5, 6", "ODE, 5, 1"})
    void each_sampler_asks_for_the_draws_of_the_reference(String name, int steps, int draws) {
        Sampler sampler = switch (name) {
            case "S1" -> DriftSampler.S1;
            case "S2" -> DriftSampler.S2;
            default -> new EstimateSampler(Mode.valueOf(name), 0.8);
        };
        int[] asked = {0};
        int[] evaluated = {0};
        try (Scope scope = Scope.open()) {
            long before = Tensor.live();
            Tensor token = sampler.sample(
                    (x, t) -> {
                        evaluated[0]++;
                        return x;
                    },
                    () -> {
                        asked[0]++;
                        return Tensors.full(1, stipple.torch.DType.F32, 2, 3);
                    },
                    steps,
                    1);
            assertArrayEquals(new long[] {2, 3}, token.shape());
            assertEquals(before + 1, Tensor.live(), "only the token is left");
        }
        assertEquals(draws, asked[0]);
        assertEquals(steps, evaluated[0]);
    }

    @Test
    void settings_out_of_range_are_refused() {
        assertThrows(UserException.class, () -> DriftSampler.s1(1));
        assertThrows(UserException.class, () -> DriftSampler.s1(-0.1));
        assertThrows(UserException.class, () -> new DriftSampler(false, 0.04));
        assertThrows(UserException.class, () -> new EstimateSampler(Mode.SDE, 1.1));
        assertThrows(UserException.class, () -> new EstimateSampler(Mode.SDE, Double.NaN));
    }

    private static double run(
            Sampler sampler, VelocityField field, int steps, double shift, double start, float... fresh) {
        try (Scope scope = Scope.open()) {
            int[] at = {-1};
            NoiseSource noise =
                    () -> Tensors.full(at[0]++ < 0 ? start : fresh[at[0] - 1], stipple.torch.DType.F32, 1, 1);
            return sampler.sample(field, noise, steps, shift).item();
        }
    }
}
