package stipple.model.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.model.features.FeatureNetwork;
import stipple.model.features.TinyMobileNet;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;

class PerceptualLossTest {
    @Test
    void the_loss_is_the_weighted_sum_of_distances_between_unit_vectors() {
        try (FeatureNetwork network = TinyMobileNet.random();
                Scope scope = Scope.open();
                Rng rng = new Rng(2)) {
            Tensor a = rng.uniform(-1, 1, 2, 3, 16, 16);
            Tensor b = rng.uniform(-1, 1, 2, 3, 16, 16);
            List<Tensor> ta = network.taps(a);
            List<Tensor> tb = network.taps(b);
            double expected = distance(ta.get(0), tb.get(0)) + 0.5 * distance(ta.get(1), tb.get(1));
            PerceptualLoss loss = new PerceptualLoss(network);
            assertEquals(expected, loss.of(a, b).item(), 1e-4 * expected);
            assertEquals(0, loss.of(a, a).item(), 1e-9);
            assertTrue(loss.of(a, a.mul(0.9).add(b.mul(0.1))).item() < expected, "nearer is less");
        }
    }

    /** Mean over pictures and positions of the squared distance of the directions, which is 2 - 2 cos. */
    private static double distance(Tensor a, Tensor b) {
        int channels = (int) a.size(1);
        float[] x = a.permute(0, 2, 3, 1).contiguous().toFloats();
        float[] y = b.permute(0, 2, 3, 1).contiguous().toFloats();
        double sum = 0;
        for (int from = 0; from < x.length; from += channels) {
            double xx = 0;
            double yy = 0;
            double xy = 0;
            for (int c = from; c < from + channels; c++) {
                xx += (double) x[c] * x[c];
                yy += (double) y[c] * y[c];
                xy += (double) x[c] * y[c];
            }
            sum += 2 - 2 * xy / Math.sqrt(xx * yy);
        }
        return sum / (x.length / (double) channels);
    }

    @Test
    void gradients_reach_the_copy_and_neither_the_original_nor_the_network() {
        long before = Tensor.live();
        try (FeatureNetwork network = TinyMobileNet.random();
                Scope scope = Scope.open();
                Rng rng = new Rng(3)) {
            Tensor copy = rng.uniform(-1, 1, 1, 3, 16, 16);
            Tensor original = rng.uniform(-1, 1, 1, 3, 16, 16);
            Autograd.track(copy);
            Autograd.track(original);
            PerceptualLoss loss = new PerceptualLoss(network);
            Tensor value = loss.of(copy, original);
            Autograd.backward(value);
            Tensor gradient = Autograd.gradient(copy);
            assertTrue(gradient.allFinite());
            assertNull(Autograd.gradient(original));
            network.weights().all().forEach((name, weight) -> assertNull(Autograd.gradient(weight), name));
            assertFalse(gradient.abs().max().item() == 0);
            // A small step against the gradient must make the copy more alike, by as much as the gradient promises.
            double square = gradient.square().sum().item();
            double step = 1e-3 * value.item() / square;
            Tensor moved = Autograd.off(() -> copy.sub(gradient.mul(step)));
            double drop = value.item() - loss.of(moved, original).item();
            assertEquals(step * square, drop, 0.1 * step * square);
        }
        assertEquals(before, Tensor.live());
    }
}
