package stipple.train.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.torch.Tensor;
import stipple.train.Objectives;
import stipple.train.TinyRuns;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.run.TrainEvent;
import stipple.train.run.Trainer;

/** Reinforcement learning of a tiny model that is rewarded for bright pictures. */
class GrpoTrainingTest {
    private static final String[] GRPO = {
        "objective=grpo",
        "grpo.group=3",
        "grpo.steps=4",
        "grpo.min_std=0",
        "rewards=[{kind: pixels, name: bright, options: {rule: brightness}}, {kind: pixels, name: colourful, weight: 0, options: {rule: colourfulness}}]",
        "batch=2",
        "steps=6",
        "ema=0",
        "checkpoint.every=2",
        "checkpoint.keep=5",
        "samples.every=6",
        "samples.prompts=[]"
    };

    @TempDir
    private static Path temp;

    private static TinyRuns tiny;
    private static Path base;
    private static Path prompts;

    @BeforeAll
    static void trainTheBase() throws IOException {
        tiny = TinyRuns.in(temp);
        base = train(tiny.nextStep("base", "steps=2", "samples.prompts=[]"), Long.MAX_VALUE)
                .model();
        prompts = Files.writeString(temp.resolve("prompts.txt"), "a red square\n\na blue disc\na black bar\n");
    }

    /** What a run left and told. */
    private record Run(Path model, List<TrainEvent.Progress> steps) {}

    private static Run train(Recipe recipe, long stopAt) {
        List<TrainEvent.Progress> steps = new ArrayList<>();
        try (Objective objective = Objectives.of(recipe)) {
            Trainer[] started = new Trainer[1];
            try (Trainer trainer = new Trainer(recipe, objective, event -> {
                if (event instanceof TrainEvent.Progress p) {
                    steps.add(p);
                    if (p.step() == stopAt) {
                        started[0].requestStop();
                    }
                }
            })) {
                started[0] = trainer;
                trainer.run();
            }
        }
        return new Run(Path.of(recipe.output()).resolve("model"), steps);
    }

    private static Recipe recipe(String output, String... more) {
        List<String> all = new ArrayList<>(List.of(GRPO));
        all.add("nextstep.init=" + base);
        all.add("grpo.prompts=" + prompts);
        all.addAll(List.of(more));
        return tiny.nextStep(output, all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpo.kl=0.01", "grpo.updates=3", "lora.rank=2", "grpo.cfg=2", "accumulate=2"})
    void an_interrupted_run_ends_with_the_bits_of_one_that_was_not(String variant) throws IOException {
        String name = variant.replaceAll("\\W", "");
        Recipe straight = recipe(name + "-straight", variant);
        Recipe broken = recipe(name + "-broken", variant);
        long before = Tensor.live();
        train(straight, Long.MAX_VALUE);
        assertEquals(before, Tensor.live());
        // After step 4 of samplings of 3 updates each, what was sampled must come from the disk.
        train(broken, 4);
        train(broken, Long.MAX_VALUE);
        for (String file : List.of("weights", "means", "squares")) {
            String path = "checkpoint-6/" + file + ".safetensors";
            assertEquals(
                    -1,
                    Files.mismatch(
                            Path.of(straight.output()).resolve(path),
                            Path.of(broken.output()).resolve(path)),
                    file);
        }
    }

    @Test
    void on_policy_all_ratios_are_one_and_the_parallel_pass_agrees_with_the_sequential_one() {
        for (TrainEvent.Progress step :
                train(recipe("ratios", "steps=2"), Long.MAX_VALUE).steps()) {
            assertEquals(1, step.parts().get("ratio_low"), 1e-12);
            assertEquals(1, step.parts().get("ratio_high"), 1e-12);
            assertTrue(step.parts().get("mismatch_max") < 1e-4, step.parts()::toString);
            assertTrue(step.gradientNorm() > 0);
            assertTrue(step.parts().containsKey("reward_colourful"), "a score of weight 0 is watched");
        }
        List<TrainEvent.Progress> several = train(
                        recipe("off-policy", "grpo.updates=3", "grpo.clip=0.5", "optimizer.lr=0.02"), Long.MAX_VALUE)
                .steps();
        assertEquals(1, several.get(0).parts().get("ratio_high"), 1e-12, "the first update is on-policy");
        assertTrue(several.get(2).parts().get("ratio_high") != 1, "later ones are not");
    }

    @Test
    void groups_without_contrast_leave_the_weights_alone_but_for_decay() {
        List<TrainEvent.Progress> steps = train(recipe("flat", "grpo.min_std=10", "steps=2"), Long.MAX_VALUE)
                .steps();
        assertEquals(0, steps.getLast().parts().get("kept"));
        assertEquals(0, steps.getLast().gradientNorm());
    }
}
