package stipple.train.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.recipe.OptimizerRecipe;

class AdamWTest {
    private static OptimizerRecipe recipe(double decay, double clip) {
        return new OptimizerRecipe(0.1, "constant", 0, 0, 0.9, 0.95, 1e-8, decay, clip);
    }

    private static Weights weights(String name, Tensor value) {
        Weights weights = new Weights();
        weights.put(name, value);
        Autograd.track(value);
        return weights;
    }

    @Test
    void matricesConvolutionsAndEmbeddingsAreDecayedNormsAndBiasesAreNot() {
        try (Scope scope = Scope.open();
                Weights weights = new Weights()) {
            weights.put("embed_tokens.weight", Tensors.zeros(DType.F32, 5, 2));
            weights.put("layers.0.input_layernorm.weight", Tensors.zeros(DType.F32, 2));
            weights.put("layers.0.self_attn.q_proj.weight", Tensors.zeros(DType.F32, 2, 2));
            weights.put("layers.0.self_attn.q_proj.bias", Tensors.zeros(DType.F32, 2));
            weights.put("encoder.conv_in.weight", Tensors.zeros(DType.F32, 2, 3, 3, 3));
            try (AdamW adam = new AdamW(weights, recipe(0.1, 1))) {
                assertEquals(
                        List.of("embed_tokens.weight", "layers.0.self_attn.q_proj.weight", "encoder.conv_in.weight"),
                        adam.decayed());
            }
        }
    }

    @Test
    void threeStepsFollowTheFormulaComputedByHand() {
        double w = 1;
        double m = 0;
        double v = 0;
        try (Scope scope = Scope.open();
                Weights weights = weights("w", Tensors.full(1, DType.F32, 1, 1));
                AdamW adam = new AdamW(weights, recipe(0.2, 1e9))) {
            for (int step = 0; step < 3; step++) {
                Autograd.backward(weights.get("w").square().sum());
                double norm = adam.step(step, 0.1);
                double g = 2 * w;
                assertEquals(g, norm, 1e-5);
                m = 0.9 * m + 0.1 * g;
                v = 0.95 * v + 0.05 * g * g;
                double corrected = m / (1 - Math.pow(0.9, step + 1));
                double spread = v / (1 - Math.pow(0.95, step + 1));
                w = w * (1 - 0.1 * 0.2) - 0.1 * corrected / (Math.sqrt(spread) + 1e-8);
                assertEquals(w, weights.get("w").item(), 1e-5);
                assertNull(Autograd.gradient(weights.get("w")), "gradients are dropped");
            }
        }
    }

    @Test
    void theWholeGradientIsScaledToTheLargestNorm() {
        try (Scope scope = Scope.open();
                Weights weights = new Weights()) {
            weights.put("a", Tensors.full(3, DType.F32, 1, 1));
            weights.put("b", Tensors.full(4, DType.F32, 1));
            weights.all().values().forEach(Autograd::track);
            try (AdamW adam = new AdamW(weights, recipe(0, 1))) {
                Autograd.backward(weights.get("a")
                        .square()
                        .sum()
                        .add(weights.get("b").square().sum()));
                assertEquals(10, adam.step(0, 0.1), 1e-5);
                // Clipped from (6, 8) to (0.6, 0.8), of which a tenth goes into the mean.
                assertEquals(0.06, adam.means().get("a").item(), 1e-6);
                assertEquals(0.08, adam.means().get("b").item(), 1e-6);
                assertEquals(6, adam.gradientNorms().get("a"), 1e-6);
                assertEquals(8, adam.gradientNorms().get("b"), 1e-6);
            }
        }
    }

    @Test
    void aGradientThatIsNotFiniteChangesNothing() {
        try (Scope scope = Scope.open();
                Weights weights = weights("w", Tensors.of(new float[] {1, 2}, 1, 2));
                AdamW adam = new AdamW(weights, recipe(0.1, 1))) {
            Autograd.backward(weights.get("w").mul(Double.POSITIVE_INFINITY).sum());
            assertTrue(Double.isInfinite(adam.step(0, 0.1)));
            assertArrayEquals(new float[] {1, 2}, weights.get("w").toFloats());
            assertArrayEquals(new float[] {0, 0}, adam.means().get("w").toFloats());
            assertNull(Autograd.gradient(weights.get("w")));
        }
    }

    @Test
    void onlyFloat32IsTrained() {
        try (Scope scope = Scope.open();
                Weights weights = new Weights()) {
            weights.put("w", Tensors.zeros(DType.BF16, 2, 2));
            assertThrows(IllegalArgumentException.class, () -> new AdamW(weights, recipe(0, 1)));
        }
    }

    @Test
    void theAverageStartsAtTheWeightsForgetsQuicklyAtFirstAndSettlesToItsDecay() {
        try (Scope scope = Scope.open();
                Weights weights = weights("w", Tensors.full(1, DType.F32, 1));
                AveragedWeights average = new AveragedWeights(weights, 0.9)) {
            assertEquals(1, average.weights().get("w").item());
            Autograd.off(() -> weights.get("w").copyInPlace(Tensors.full(2, DType.F32, 1)));
            average.update(0);
            assertEquals(0.1 * 1 + 0.9 * 2, average.weights().get("w").item(), 1e-6);
            Autograd.off(() -> weights.get("w").copyInPlace(Tensors.full(0, DType.F32, 1)));
            double before = average.weights().get("w").item();
            average.update(100_000);
            assertEquals(0.9 * before, average.weights().get("w").item(), 1e-6);
            average.reset();
            assertEquals(0, average.weights().get("w").item());
        }
    }
}
