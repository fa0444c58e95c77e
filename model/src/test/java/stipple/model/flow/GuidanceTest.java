package stipple.model.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import stipple.model.config.GuidanceSchedule;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Reference §2.8 and the schedules of §2.9. */
class GuidanceTest {
    @Test
    void one_block_is_left_alone() {
        assertArrayEquals(new float[] {1, 2}, combine(Guidance.NONE, 1, 1, 2));
    }

    @Test
    void two_blocks_move_away_from_the_unconditional_one() {
        // Two pictures of one value: conditional 3 and 5, unconditional 1 and 2.
        assertArrayEquals(new float[] {1 + 7.5f * 2, 2 + 7.5f * 3}, combine(new Guidance(7.5, 1), 2, 3, 5, 1, 2));
    }

    @Test
    void three_blocks_weigh_picture_and_text_apart() {
        // v = u2 + s_img (u1 - u2) + s (c - u1)
        assertArrayEquals(new float[] {1 + 2f * (4 - 1) + 7.5f * (6 - 4)}, combine(new Guidance(7.5, 2), 3, 6, 4, 1));
    }

    @Test
    void scales_of_one_give_the_conditional_velocity() {
        assertArrayEquals(new float[] {6}, combine(new Guidance(1, 1), 2, 6, 4));
        assertArrayEquals(new float[] {6}, combine(new Guidance(1, 1), 3, 6, 4, 1));
    }

    @Test
    void the_schedules_move_over_the_tokens_as_the_code_generations_do() {
        assertEquals(7.5, GuidanceScales.at(GuidanceSchedule.CONSTANT, 7.5, 9, 10));
        assertEquals(7.5, GuidanceScales.at(GuidanceSchedule.LINEAR_FALLING, 7.5, 0, 10));
        assertEquals(1.65, GuidanceScales.at(GuidanceSchedule.LINEAR_FALLING, 7.5, 9, 10), 1e-12);
        assertEquals(3.75, GuidanceScales.at(GuidanceSchedule.LINEAR_RISING, 7.5, 0, 10));
        assertEquals(3.75, GuidanceScales.at(GuidanceSchedule.LINEAR_RISING, 7.5, 4, 10), "the floor of s/2");
        assertEquals(6.85, GuidanceScales.at(GuidanceSchedule.LINEAR_RISING, 7.5, 9, 10), 1e-12);
        for (GuidanceSchedule schedule : GuidanceSchedule.values()) {
            assertEquals(1, GuidanceScales.at(schedule, 1, 3, 10), 1e-12);
        }
    }

    private static float[] combine(Guidance guidance, int branches, float... velocities) {
        try (Scope scope = Scope.open()) {
            Tensor v = Tensors.of(velocities, velocities.length, 1);
            return guidance.combine(v, branches).toFloats();
        }
    }
}
