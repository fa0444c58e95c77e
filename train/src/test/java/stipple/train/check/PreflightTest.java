package stipple.train.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.torch.Tensor;
import stipple.train.Objectives;
import stipple.train.TinyRuns;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.run.Trainer;

class PreflightTest {
    @TempDir
    private static Path temp;

    private static TinyRuns tiny;

    @BeforeAll
    static void makeData() {
        tiny = TinyRuns.in(temp);
    }

    private static Preflight check(Recipe recipe) {
        try (Objective objective = Objectives.of(recipe)) {
            return Preflight.run(recipe, objective);
        }
    }

    @Test
    void partsMemoryAndSpeedAddUpAndNoTensorStays() {
        Recipe recipe = tiny.nextStep("unstarted");
        long before = Tensor.live();
        Preflight check = check(recipe);
        assertEquals(before, Tensor.live());
        assertFalse(Files.exists(Path.of(recipe.output())), "nothing is written");
        assertEquals(
                List.of(
                        "embed_tokens",
                        "layers",
                        "norm",
                        "lm_head",
                        "image_in_projector",
                        "image_out_projector",
                        "image_head"),
                List.copyOf(check.parameters().keySet()));
        assertEquals(32, check.parameters().get("norm"));
        assertEquals(291 * 32, check.parameters().get("embed_tokens"), "280 tokens and eleven special ones");
        long bytes = 4 * check.parameterCount();
        assertEquals(bytes, check.memory().weights());
        assertEquals(2 * bytes, check.memory().moments());
        assertEquals(bytes, check.memory().average());
        assertEquals(5 * bytes + check.memory().activations(), check.memory().total());
        assertEquals(2 * check.workload().activationBytes(), check.memory().activations(), 1);
        double flops = 2 * check.workload().flops() / check.secondsPerStep();
        assertEquals(flops / check.peakFlops(), check.utilization(), 1e-9);
        assertEquals(0, check.done());
    }

    @Test
    void accumulationAndActivationCheckpointingNeedLessMemoryAndAnAverageMore() {
        MemoryNeed plain = check(tiny.nextStep("a", "batch=4")).memory();
        MemoryNeed parts = check(tiny.nextStep("b", "batch=4", "accumulate=4")).memory();
        MemoryNeed recomputed = check(
                        tiny.nextStep("c", "batch=4", "nextstep.layers=6", "nextstep.activation_checkpointing=true"))
                .memory();
        MemoryNeed kept =
                check(tiny.nextStep("d", "batch=4", "nextstep.layers=6")).memory();
        assertEquals(plain.activations() / 4.0, parts.activations(), 1);
        assertTrue(recomputed.activations() < kept.activations());
        assertEquals(0, check(tiny.nextStep("e", "ema=0")).memory().average());
    }

    @Test
    void stepsThatAreDoneAreFoundInTheOutputFolder() {
        Recipe recipe = tiny.autoencoder("half", "steps=4");
        try (Objective objective = Objectives.of(recipe);
                Trainer trainer = new Trainer(recipe, objective, event -> {})) {
            trainer.run();
        }
        assertEquals(4, check(tiny.autoencoder("half", "steps=8")).done());
    }
}
