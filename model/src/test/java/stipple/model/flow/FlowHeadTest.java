package stipple.model.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Time features and rounding of reference §2.6, §2.9 and Appendix A; values of whole evaluations are replayed elsewhere. */
class FlowHeadTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");

    @Test
    void time_features_are_cosines_then_sines_of_the_unscaled_time() {
        try (Scope scope = Scope.open()) {
            float[] f = FlowHead.timeFeatures(Tensors.of(new float[] {0.5f}, 1)).toFloats();
            assertEquals(256, f.length);
            assertArrayEquals(new float[] {0.877583f, 0.893693f, 0.907719f}, Arrays.copyOf(f, 3), 1e-6f);
            assertArrayEquals(new float[] {0.479426f, 0.448678f, 0.419580f}, Arrays.copyOfRange(f, 128, 131), 1e-6f);
        }
    }

    @Test
    void frequencies_fall_from_1_to_1e_4() {
        try (Scope scope = Scope.open()) {
            // At t = 1 the sine of a frequency below pi/2 gives it back.
            float[] f = FlowHead.timeFeatures(Tensors.of(new float[] {1}, 1)).toFloats();
            assertEquals(0.930572, Math.asin(f[128 + 1]), 1e-6);
            assertEquals(0.865964, Math.asin(f[128 + 2]), 1e-6);
            assertEquals(0.01, Math.asin(f[128 + 64]), 1e-8);
            assertEquals(1.074608e-4, Math.asin(f[128 + 127]), 1e-10);
        }
    }

    @Test
    void times_are_rounded_to_the_type_of_the_activations() {
        try (Scope scope = Scope.open()) {
            float[] times = {0, 1 / 28f, 2 / 28f, 3 / 28f, 27 / 28f, 49 / 50f};
            double[] rounded = {0, 0.03564453125, 0.0712890625, 0.10693359375, 0.96484375, 0.98046875};
            float[] bf16 = Tensors.of(times, times.length).to(DType.BF16).toFloats();
            for (int i = 0; i < times.length; i++) {
                assertEquals(rounded[i], bf16[i]);
            }
        }
        assertArrayEquals(embedded(DType.BF16, 1 / 28f), embedded(DType.BF16, 0x1.24p-5f));
        assertFalse(Arrays.equals(embedded(DType.F32, 1 / 28f), embedded(DType.F32, 0x1.24p-5f)));
    }

    @Test
    void a_guided_field_shares_one_token_among_the_branches_and_remembers_times() {
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(GOLDEN, LoadOptions.of(DType.F32));
                Scope scope = Scope.open();
                Rng rng = new Rng(3);
                GuidedHead guided = new GuidedHead(checkpoint.model().head())) {
            FlowHead head = checkpoint.model().head();
            Tensor c = rng.normal(4, 64);
            Tensor x = rng.normal(2, 64);
            Tensor t = head.embedTime(Tensors.of(new float[] {0.25f}, 1));
            Tensor conditional = head.velocity(x, t, head.embedCondition(c.narrow(0, 0, 2)));
            Tensor negative = head.velocity(x, t, head.embedCondition(c.narrow(0, 2, 2)));
            VelocityField field = guided.field(c, 2, new Guidance(3, 1));
            float[] expected = negative.add(conditional.sub(negative).mul(3)).toFloats();
            assertArrayEquals(expected, field.at(x, 0.25).toFloats(), 1e-4f);
            long before = Tensor.live();
            field.at(x, 0.25).close();
            assertEquals(before, Tensor.live(), "the time was embedded before");
            field.at(x, 0.5).close();
            assertEquals(before + 1, Tensor.live());
        }
    }

    private static float[] embedded(DType type, float time) {
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(GOLDEN, LoadOptions.of(type));
                Scope scope = Scope.open()) {
            return checkpoint
                    .model()
                    .head()
                    .embedTime(Tensors.of(new float[] {time}, 1))
                    .toFloats();
        }
    }
}
