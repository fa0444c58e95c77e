package stipple.train.post;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.UserException;
import stipple.train.Objectives;
import stipple.train.TinyRuns;
import stipple.train.TrainingRun;
import stipple.train.dpo.PairFolder;
import stipple.train.dpo.PreferencePair;
import stipple.train.objective.BatchPart;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.run.TrainEvent;

/** Post-training of a tiny model that goes on reading the data it was trained on. */
class ReplayTest {
    @TempDir
    private static Path temp;

    private static TinyRuns tiny;
    private static Path base;

    @BeforeAll
    static void prepare() throws IOException {
        tiny = TinyRuns.in(temp);
        base = TrainingRun.of(tiny.nextStep("base", "steps=2", "samples.prompts=[]"))
                .model();
        Path folder = Files.createDirectories(temp.resolve("pairs"));
        Files.write(folder.resolve("w.png"), PngEncoder.encode(Pixels.filled(32, 32, 200)));
        Files.write(folder.resolve("l.png"), PngEncoder.encode(Pixels.filled(32, 32, 20)));
        PairFolder.write(folder, List.of(new PreferencePair("a grey square", "w.png", "l.png")));
    }

    private static List<String> dpo(String... more) {
        List<String> all = common("objective=dpo", "dpo.beta=50", "dpo.pairs=" + temp.resolve("pairs"));
        all.addAll(List.of(more));
        return all;
    }

    private static List<String> common(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "nextstep.init=" + base,
                "batch=4",
                "steps=8",
                "ema=0",
                "checkpoint.every=2",
                "checkpoint.keep=5",
                "samples.every=8",
                "samples.prompts=[]",
                "data.families=[]",
                "data.shards=null",
                "data.holdout=null"));
        all.addAll(List.of(more));
        return all;
    }

    private static Recipe recipe(String output, String... more) {
        List<String> all = dpo("data.pack=48", "replay.weight=2", mixture());
        all.addAll(List.of(more));
        return tiny.nextStep(output, all.toArray(String[]::new));
    }

    private static String mixture() {
        return "data.mixture=[{name: shapes, category: pair, path: " + temp.resolve("data")
                + ", family: train, holdout: holdout, weight: 1}]";
    }

    private static double[] losses(Objective objective, BatchPart part) {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(9)) {
            Objective.Losses losses = objective.losses(part, rng);
            losses.backward().accept(Objective.GradientsReady.UNHEARD);
            return new double[] {
                losses.total().item(),
                losses.parts().get("replay_image").item(),
                losses.parts().get("replay_text").item()
            };
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"replay.rows=1", "replay.rows=3", "nextstep.activation_checkpointing=true"})
    void the_rows_count_by_their_weight_and_parts_add_up_to_the_batch(String variant) {
        try (Scope scope = Scope.open();
                Objective objective = Objectives.of(recipe("counted", variant))) {
            objective.weights().all().values().forEach(Autograd::track);
            long[] positions = {0, 1, 2, 3};
            double[] whole = losses(objective, BatchPart.whole(positions));
            // At its reference DPO's loss is ln 2; the text counts a tenth.
            assertEquals(Math.log(2) + 2 * (whole[1] + 0.1 * whole[2]), whole[0], 1e-4);
            assertTrue(whole[1] > 0.1 && whole[2] > 0.1, whole[1] + ", " + whole[2]);
            double[] first = losses(objective, new BatchPart(positions, 0, 3));
            double[] second = losses(objective, new BatchPart(positions, 3, 1));
            for (int i = 0; i < whole.length; i++) {
                assertEquals(whole[i], first[i] + second[i], 1e-4 * whole[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ema=0", "lora.rank=2", "nextstep.activation_checkpointing=true"})
    void an_interrupted_run_ends_with_the_bits_of_one_that_was_not(String variant) throws IOException {
        String name = variant.replaceAll("\\W", "");
        TrainingRun.assertGoesOn(
                recipe(name + "-straight", variant), recipe(name + "-broken", variant), 3, "checkpoint-8");
    }

    @Test
    void what_is_replayed_is_learnt_and_without_it_forgotten() {
        List<String> without = dpo("data.shards=" + temp.resolve("data"), "data.holdout=holdout");
        without.addAll(List.of("steps=60", "samples.every=60", "dpo.beta=500"));
        double forgotten = lastImageLoss(tiny.nextStep("without", without.toArray(String[]::new)));
        double kept = lastImageLoss(recipe("with", "steps=60", "samples.every=60", "dpo.beta=500", "replay.weight=20"));
        assertTrue(kept < forgotten - 0.1, kept + " with, " + forgotten + " without");
    }

    /** The loss of held-out pictures as measured last. */
    private static double lastImageLoss(Recipe recipe) {
        return TrainingRun.of(recipe).heard().stream()
                .filter(TrainEvent.Evaluated.class::isInstance)
                .map(e -> ((TrainEvent.Evaluated) e).figures())
                .reduce((a, b) -> b)
                .orElseThrow()
                .get("image");
    }

    @Test
    void reinforcement_learning_replays_too() throws IOException {
        Path prompts = Files.writeString(temp.resolve("prompts.txt"), "a red square\na blue disc\n");
        List<String> grpo = common(
                "data.pack=48",
                "replay.weight=2",
                mixture(),
                "objective=grpo",
                "grpo.prompts=" + prompts,
                "grpo.group=3",
                "grpo.steps=4",
                "grpo.min_std=0",
                "rewards=[{kind: pixels, options: {rule: brightness}}]",
                "batch=2");
        Recipe recipe = tiny.nextStep("grpo", grpo.toArray(String[]::new));
        try (Scope scope = Scope.open();
                Objective objective = Objectives.of(recipe)) {
            objective.weights().all().values().forEach(Autograd::track);
            assertTrue(losses(objective, BatchPart.whole(new long[] {0, 1}))[1] > 0.1);
        }
    }

    @Test
    void a_replay_without_rows_and_rows_without_a_replay_are_refused() {
        UserException none = assertThrows(
                UserException.class,
                () -> tiny.nextStep("none", dpo("replay.weight=1").toArray(String[]::new)));
        assertTrue(none.getMessage().contains("there is none"), none.getMessage());
        UserException unread = assertThrows(
                UserException.class,
                () -> tiny.nextStep("unread", dpo("data.pack=48", mixture()).toArray(String[]::new)));
        assertTrue(unread.getMessage().contains("only by replay.weight"), unread.getMessage());
        UserException weight = assertThrows(UserException.class, () -> recipe("weightless", "replay.weight=0"));
        assertTrue(weight.getMessage().contains("replay.weight"), weight.getMessage());
    }
}
