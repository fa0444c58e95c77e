package stipple.train.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.train.Objectives;
import stipple.train.TinyRuns;
import stipple.train.recipe.Recipe;

class GradientsTest {
    @TempDir
    private static Path temp;

    private static TinyRuns tiny;

    @BeforeAll
    static void makeData() {
        tiny = TinyRuns.in(temp);
    }

    /** What a batch gives. */
    private record Result(double loss, Map<String, Double> parts, Map<String, float[]> gradients) {}

    /** Loss and gradients of a batch of eight that is computed in some parts. */
    private static Result compute(Recipe recipe, int parts) {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        Map<String, Double> sums = new LinkedHashMap<>();
        double total = 0;
        try (Objective objective = Objectives.of(recipe)) {
            objective.weights().all().values().forEach(Autograd::track);
            long[] positions = {0, 1, 2, 3, 4, 5, 6, 7};
            int count = positions.length / parts;
            for (int from = 0; from < positions.length; from += count) {
                try (Scope scope = Scope.open();
                        Rng rng = new Rng(9)) {
                    Objective.Losses losses = objective.losses(new BatchPart(positions, from, count), rng);
                    total += losses.total().item();
                    losses.parts().forEach((name, value) -> sums.merge(name, value.item(), Double::sum));
                    losses.backward().accept(Objective.GradientsReady.UNHEARD);
                }
            }
            try (Scope scope = Scope.open()) {
                for (Map.Entry<String, Tensor> entry : objective.weights().all().entrySet()) {
                    Tensor gradient = Autograd.gradient(entry.getValue());
                    gradients.put(entry.getKey(), gradient == null ? new float[0] : gradient.toFloats());
                }
            }
        }
        return new Result(total, sums, gradients);
    }

    private static double distance(Map<String, float[]> a, Map<String, float[]> b) {
        double difference = 0;
        double size = 0;
        for (Map.Entry<String, float[]> entry : a.entrySet()) {
            float[] x = entry.getValue();
            float[] y = b.get(entry.getKey());
            for (int i = 0; i < x.length; i++) {
                difference += Math.pow(x[i] - y[i], 2);
                size += Math.pow(x[i], 2);
            }
        }
        return Math.sqrt(difference / size);
    }

    @ParameterizedTest
    @CsvSource({"autoencoder,2", "autoencoder,8", "nextstep,2", "nextstep,4", "nextstep,8"})
    void aBatchInPartsHasTheLossAndTheGradientOfTheWholeBatch(String objective, int parts) {
        // The absolute errors are left out: their slope jumps at zero, where rounding decides the side. Pictures are
        // not
        // the smallest possible: norms over four cells blow up rounding.
        String[] smooth = objective.equals("autoencoder")
                ? new String[] {"dtype=float32", "autoencoder.l1=0", "autoencoder.edge=0", "data.size=32"}
                : new String[] {"dtype=float32"};
        Recipe recipe = tiny.recipe(objective, "parts", smooth);
        Result whole = compute(recipe, 1);
        Result cut = compute(recipe, parts);
        assertEquals(whole.loss(), cut.loss(), 1e-6 * whole.loss());
        whole.parts().forEach((name, value) -> assertEquals(value, cut.parts().get(name), 1e-5 * value, name));
        double distance = distance(whole.gradients(), cut.gradients());
        assertTrue(distance < 1e-4, "relative distance of the gradients " + distance);
        // Parts have captions of different lengths, so plain means over them would not do.
        Result other = compute(tiny.recipe(objective, "parts", "dtype=float32", "seed=6"), 1);
        assertTrue(distance(whole.gradients(), other.gradients()) > 0.01, "the measure tells batches apart");
    }

    @ParameterizedTest
    @ValueSource(strings = {"float32", "bfloat16"})
    void activationCheckpointingGivesTheSameLossAndGradientsToTheLastBit(String dtype) {
        String[] settings = {"dtype=" + dtype, "nextstep.layers=3"};
        Result plain = compute(tiny.nextStep("plain", settings), 2);
        Result recomputed = compute(
                tiny.nextStep("recomputed", settings[0], settings[1], "nextstep.activation_checkpointing=true"), 2);
        assertEquals(plain.loss(), recomputed.loss());
        assertEquals(plain.gradients().keySet(), recomputed.gradients().keySet());
        plain.gradients()
                .forEach((name, gradient) ->
                        assertArrayEquals(gradient, recomputed.gradients().get(name), name));
        assertTrue(plain.gradients().get("layers.0.mlp.up_proj.weight").length > 0);
    }

    @Test
    void gradientsThatAreCalledCompleteDuringTheBackwardPassDoNotChangeAnyMore() {
        Recipe recipe = tiny.nextStep("ready", "nextstep.layers=3", "nextstep.activation_checkpointing=true");
        Map<String, float[]> early = new LinkedHashMap<>();
        List<Integer> reports = new ArrayList<>();
        try (Objective objective = Objectives.of(recipe);
                Scope scope = Scope.open();
                Rng rng = new Rng(9)) {
            Map<String, Tensor> weights = objective.weights().all();
            weights.values().forEach(Autograd::track);
            Objective.Losses losses = objective.losses(new BatchPart(new long[] {0, 1}, 0, 2), rng);
            losses.backward().accept(names -> {
                weights.keySet().stream()
                        .filter(names)
                        .forEach(name -> early.computeIfAbsent(
                                name, n -> Autograd.gradient(weights.get(n)).toFloats()));
                reports.add(early.size());
            });
            early.forEach((name, gradient) -> assertArrayEquals(
                    gradient, Autograd.gradient(weights.get(name)).toFloats(), name));
            assertEquals(4, reports.size(), "the heads, then each layer");
            assertTrue(reports.getFirst() > 0 && reports.get(2) < reports.get(3), reports.toString());
            assertTrue(
                    early.containsKey("layers.0.mlp.up_proj.weight"),
                    early.keySet().toString());
            assertEquals(
                    List.of("embed_tokens.weight", "image_in_projector.weight", "image_in_projector.bias"),
                    weights.keySet().stream()
                            .filter(name -> !early.containsKey(name))
                            .toList());
        }
    }

    @Test
    void activationCheckpointingLeavesNoTensorBehind() {
        Recipe recipe = tiny.nextStep("recompute-leak", "nextstep.activation_checkpointing=true");
        long before = Tensor.live();
        compute(recipe, 2);
        assertEquals(before, Tensor.live());
    }

    @Test
    void theCostOfAnAutoencoderIsThatOfItsConvolutions() {
        Recipe recipe = tiny.autoencoder("cost");
        try (Objective objective = Objectives.of(recipe)) {
            // By hand for one full-resolution 3x3 convolution 32 -> 32 on 16x16: 2*9*32*32*256 operations; the encoder
            // and the decoder have a handful of them, there and back three times that.
            double one = 3 * 2.0 * 9 * 32 * 32 * 256;
            double flops = objective.workload().flops();
            assertTrue(flops > 6 * one && flops < 20 * one, "" + flops / one);
            assertEquals(1, objective.workload().tokens(), "16x16 pixels are one token");
        }
    }

    @Test
    void theCostOfTheModelGrowsWithLayersAsTheirParametersDo() {
        double two = flops("nextstep.layers=2");
        double four = flops("nextstep.layers=4");
        double six = flops("nextstep.layers=6");
        assertEquals(four - two, six - four, 1e-6 * six);
        // 6 operations per parameter and token, and a little attention.
        double perLayer = 6 * (32.0 * (2 * 32 + 2 * 16) + 3 * 32 * 64);
        try (Objective objective = Objectives.of(tiny.nextStep("cost-2"))) {
            double tokens = objective.workload().tokens();
            assertTrue(tokens > 10 && tokens < 40, "" + tokens);
            double attention = 6 * tokens * tokens * 32;
            assertEquals(2 * (tokens * perLayer + attention), four - two, 0.001 * four);
        }
    }

    private static double flops(String setting) {
        try (Objective objective = Objectives.of(tiny.nextStep("cost-layers", setting))) {
            return objective.workload().flops();
        }
    }
}
