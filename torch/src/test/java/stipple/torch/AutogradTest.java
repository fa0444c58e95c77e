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

    @Test
    void a_gradient_outlives_what_the_leaf_does_with_it() {
        long before = Tensor.live();
        try (Scope scope = Scope.open()) {
            Tensor w = Tensors.of(new float[] {2f, -3f}, 2);
            Autograd.track(w);
            Autograd.backward(w.square().sum());
            Tensor gradient = Autograd.gradient(w);
            gradient.mulInPlace(2);
            assertArrayEquals(new float[] {8f, -12f}, Autograd.gradient(w).toFloats(), "it is the leaf's own");
            Autograd.setGradient(w, Tensors.of(new float[] {1f, 1f}, 2));
            assertArrayEquals(new float[] {8f, -12f}, gradient.toFloats(), "replaced");
            Tensor second = Autograd.gradient(w);
            Autograd.clearGradient(w);
            assertArrayEquals(new float[] {1f, 1f}, second.toFloats(), "cleared");
            w.close();
            assertArrayEquals(new float[] {8f, -12f}, gradient.toFloats(), "the leaf is gone");
        }
        assertEquals(before, Tensor.live());
    }
}
