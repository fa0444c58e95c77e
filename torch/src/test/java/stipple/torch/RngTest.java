package stipple.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RngTest {
    @Test
    void a_seed_fixes_the_sequence_and_another_seed_another() {
        try (Scope scope = Scope.open();
                Rng a = new Rng(42);
                Rng b = new Rng(42);
                Rng c = new Rng(43)) {
            for (int i = 0; i < 3; i++) {
                float[] drawn = a.normal(2, 50).toFloats();
                assertArrayEquals(drawn, b.normal(2, 50).toFloats());
                assertFalse(Arrays.equals(drawn, c.normal(2, 50).toFloats()));
            }
        }
    }

    @Test
    void generators_do_not_disturb_each_other() {
        try (Scope scope = Scope.open();
                Rng alone = new Rng(7);
                Rng disturbed = new Rng(7);
                Rng other = new Rng(8)) {
            alone.normal(5);
            disturbed.normal(5);
            other.uniform(0, 1, 1000);
            assertArrayEquals(alone.normal(20).toFloats(), disturbed.normal(20).toFloats());
        }
    }

    @Test
    void a_restored_state_repeats_what_followed_it() {
        try (Scope scope = Scope.open();
                Rng first = new Rng(1);
                Rng second = new Rng(999)) {
            first.normal(33);
            Tensor state = first.state();
            assertEquals(DType.U8, state.dtype());
            float[] next = first.normal(3, 7).toFloats();
            float[] after = first.uniform(-2, 3, 9).toFloats();
            second.state(state);
            assertArrayEquals(next, second.normal(3, 7).toFloats());
            assertArrayEquals(after, second.uniform(-2, 3, 9).toFloats());
            first.state(state);
            assertArrayEquals(next, first.normal(3, 7).toFloats());
        }
    }

    @Test
    void draws_follow_their_distributions() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(5)) {
            Tensor normal = rng.normal(100_000);
            assertEquals(0, normal.mean().item(), 0.02);
            assertEquals(1, normal.square().mean().item(), 0.03);
            Tensor uniform = rng.uniform(-1, 3, 100_000);
            assertEquals(1, uniform.mean().item(), 0.03);
            assertTrue(uniform.max().item() < 3);
            assertTrue(uniform.neg().max().item() <= 1);
        }
    }

    @Test
    void a_generator_leaks_no_tensors() {
        long before = Tensor.live();
        try (Scope scope = Scope.open();
                Rng rng = new Rng(5)) {
            rng.state(rng.state());
            rng.normal(3).close();
        }
        assertEquals(before, Tensor.live());
    }
}
