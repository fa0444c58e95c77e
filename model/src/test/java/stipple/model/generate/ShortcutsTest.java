package stipple.model.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.model.config.ConfigDialect;
import stipple.model.config.GenerationDefaults;
import stipple.model.config.SamplerKind;
import stipple.model.flow.SolverKind;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.UserException;

class ShortcutsTest {
    private static RequestBuilder request() {
        return GenerationRequest.with(GenerationDefaults.of(ConfigDialect.B, 256))
                .prompt("x")
                .sampler(SamplerKind.ODE);
    }

    private static void assertRefused(UnaryOperator<RequestBuilder> change, String words) {
        UserException e =
                assertThrows(UserException.class, () -> change.apply(request()).build());
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    @Test
    void steps_fall_in_a_straight_line_from_the_first_token_to_the_last() {
        Shortcuts annealed = new Shortcuts(4, SolverKind.EULER, 1, 0);
        assertEquals(
                List.of(28, 22, 16, 10, 4),
                IntStream.range(0, 5).mapToObj(i -> annealed.stepsAt(28, i, 5)).toList());
        assertEquals(28, Shortcuts.NONE.stepsAt(28, 4, 5));
        assertEquals(28, annealed.stepsAt(28, 0, 1), "a single token is the first one");
    }

    @Test
    void values_out_of_range_are_refused_with_the_range() {
        assertRefused(b -> b.stepsEnd(-1), "from 1 to 1000");
        assertRefused(b -> b.stepsEnd(29), "at most 28");
        assertRefused(b -> b.reuse(0), "1 (no reuse) to 100");
        assertRefused(b -> b.reuseTolerance(1.5), "from 0 (off) to 1");
        assertRefused(b -> b.reuseTolerance(Double.NaN), "from 0 (off) to 1");
        assertRefused(b -> b.continueRows(2), "no picture to continue");
    }

    @Test
    void settings_that_exclude_each_other_are_refused() {
        assertRefused(b -> b.solver(SolverKind.HEUN).sampler(SamplerKind.S1), "use --sampler ode");
        assertRefused(b -> b.solver(SolverKind.AB2).reuse(2), "solver euler only, not with ab2");
        assertRefused(b -> b.solver(SolverKind.AB2).reuseTolerance(0.1), "solver euler only");
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 16, 20})
    void draws_taken_at_once_are_those_taken_one_by_one(int width) {
        try (Rng one = new Rng(3);
                Rng other = new Rng(3);
                Scope scope = Scope.open()) {
            float[][] together = NoiseDraws.take(one, 5, width);
            for (float[] draw : together) {
                assertArrayEquals(other.normal(1, width).toFloats(), draw);
            }
            assertArrayEquals(other.normal(1, width).toFloats(), NoiseDraws.take(one, 1, width)[0]);
        }
    }
}
