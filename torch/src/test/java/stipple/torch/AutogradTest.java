package stipple.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class AutogradTest {
    @Test
    void backwardFillsTheGradientOfALeafAndClearingDropsIt() {
        try (Scope scope = Scope.open()) {
            Tensor w = Tensors.of(new float[] {2f, -3f}, 2);
            Autograd.track(w);
            Autograd.backward(w.square().sum());
            assertArrayEquals(new float[] {4f, -6f}, Autograd.gradient(w).toFloats());
            Autograd.backward(w.sum());
            assertArrayEquals(new float[] {5f, -5f}, Autograd.gradient(w).toFloats());
            Autograd.clearGradient(w);
            assertNull(Autograd.gradient(w));
        }
    }

    @Test
    void workUnderOffRecordsNothingAndTheModeIsRestoredAfterAFailure() {
        try (Scope scope = Scope.open()) {
            Tensor w = Tensors.of(new float[] {2f}, 1);
            Autograd.track(w);
            Tensor silent = Autograd.off(() -> w.mul(3));
            try {
                Autograd.off((Runnable) () -> {
                    throw new IllegalStateException("inside");
                });
            } catch (IllegalStateException expected) {
                assertEquals("inside", expected.getMessage());
            }
            Autograd.backward(w.mul(silent).sum());
            assertArrayEquals(new float[] {6f}, Autograd.gradient(w).toFloats());
        }
    }
}
