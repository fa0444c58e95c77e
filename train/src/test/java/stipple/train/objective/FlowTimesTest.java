package stipple.train.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.loss.FlowDraws;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.train.TinyRuns;

class FlowTimesTest {
    @TempDir
    static Path temp;

    private static TinyRuns tiny;

    @BeforeAll
    static void makeData() {
        tiny = TinyRuns.in(temp);
    }

    @Test
    void a_mean_below_zero_moves_every_time_towards_the_noise_and_leaves_the_noise_as_it_is() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(7);
                Rng same = new Rng(7)) {
            FlowDraws usual = FlowDraws.of(rng, 50, 3);
            FlowDraws noisier = FlowDraws.of(same, 50, 3, -1.5);
            assertArrayEquals(usual.u().add(-1.5).toFloats(), noisier.u().toFloats(), 1e-6f);
            assertArrayEquals(usual.noise().toFloats(), noisier.noise().toFloats());
        }
    }

    @Test
    void a_recipe_chooses_the_mean_and_what_is_measured_stays_comparable() {
        String[] noisier = {"batch=4", "nextstep.time_mean=-3"};
        try (NextStepObjective usual = new NextStepObjective(tiny.nextStep("usual", "batch=4"));
                NextStepObjective moved = new NextStepObjective(tiny.nextStep("moved", noisier))) {
            speak(usual);
            speak(moved);
            BatchPart batch = BatchPart.whole(new long[] {0, 1, 2, 3});
            assertNotEquals(PartLosses.of(usual, batch), PartLosses.of(moved, batch));
            PartLosses.assertSameWholeAndInParts(moved);
            Map<String, Double> figures = usual.evaluate(usual.weights());
            assertEquals(List.of("image", "noisy", "prompt", "text"), List.copyOf(figures.keySet()));
            assertNotEquals(figures.get("image"), figures.get("noisy"));
            assertEquals(figures, moved.evaluate(moved.weights()));
        }
    }

    @Test
    void what_follows_from_the_prompt_alone_is_measured_beside_what_follows_from_the_tokens_before_too() {
        try (NextStepObjective objective = new NextStepObjective(tiny.nextStep("prompt", "batch=4"))) {
            speak(objective);
            Map<String, Double> seeing = objective.evaluate(objective.weights());
            assertNotEquals(seeing.get("noisy"), seeing.get("prompt"));
            try (Scope scope = Scope.open()) {
                Tensor read = objective.weights().get("image_in_projector.weight");
                Autograd.off(() -> read.copyInPlace(read.mul(0)));
            }
            Map<String, Double> unseeing = objective.evaluate(objective.weights());
            assertEquals(unseeing.get("noisy"), unseeing.get("prompt"), "reads no image tokens");
            assertNotEquals(seeing.get("prompt"), unseeing.get("prompt"));
        }
    }

    /** Gives the last layer weights, which are 0 at first: what it says would not depend on the time or the condition. */
    private static void speak(NextStepObjective objective) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(1)) {
            for (String name : List.of("linear.weight", "adaLN_modulation.1.weight")) {
                Tensor last = objective.weights().get("image_head.net.final_layer." + name);
                Autograd.off(() -> last.copyInPlace(rng.normal(last.shape())));
            }
        }
    }
}
