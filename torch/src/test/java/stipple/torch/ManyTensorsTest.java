package stipple.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ManyTensorsTest {
    @Test
    void anAdamWStepMovesParametersAsTheFormulaSays() {
        try (Scope scope = Scope.open()) {
            Tensor p = Tensors.of(new float[] {1f, -2f}, 2);
            Tensor g = Tensors.of(new float[] {0.5f, -1f}, 2);
            Tensor m = Tensors.zeros(DType.F32, 2);
            Tensor v = Tensors.zeros(DType.F32, 2);
            ManyTensors.adamW(
                    List.of(p),
                    List.of(g),
                    List.of(m),
                    List.of(v),
                    new ManyTensors.AdamWStep(0.1, 0.9, 0.95, 0.5, 1e-8, 1));
            // First step: the bias-corrected moments are g and g^2, so the move is lr * sign(g) after decay.
            assertArrayEquals(new float[] {1f * 0.95f - 0.1f, -2f * 0.95f + 0.1f}, p.toFloats(), 1e-6f);
            assertArrayEquals(new float[] {0.05f, -0.1f}, m.toFloats(), 1e-6f);
            assertArrayEquals(new float[] {0.0125f, 0.05f}, v.toFloats(), 1e-6f);
        }
    }

    @Test
    void listsAreScaledAndInterpolatedInOneCallWithoutLeaking() {
        long before = Tensor.live();
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.of(new float[] {1f, 2f}, 2);
            Tensor b = Tensors.of(new float[] {3f, 6f}, 2);
            ManyTensors.lerp(List.of(a), List.of(b), 0.25);
            assertArrayEquals(new float[] {1.5f, 3f}, a.toFloats());
            ManyTensors.mul(List.of(a, b), 2);
            assertArrayEquals(new float[] {3f, 6f}, a.toFloats());
            assertArrayEquals(new float[] {6f, 12f}, b.toFloats());
        }
        assertEquals(before, Tensor.live());
    }
}
