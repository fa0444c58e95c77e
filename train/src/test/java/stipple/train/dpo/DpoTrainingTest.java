package stipple.train.dpo;

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
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.Objectives;
import stipple.train.TinyRuns;
import stipple.train.TrainingRun;
import stipple.train.objective.BatchPart;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.run.TrainEvent;

/** Preference training of a tiny model, whose winners are bright and whose losers are dark. */
class DpoTrainingTest {
    private static final String[] DPO = {
        "objective=dpo",
        "dpo.beta=50",
        "batch=4",
        "steps=8",
        "ema=0",
        "checkpoint.every=2",
        "checkpoint.keep=5",
        "samples.every=8",
        "data.families=[]",
        "samples.prompts=[]"
    };

    @TempDir
    private static Path temp;

    private static TinyRuns tiny;
    private static Path base;

    @BeforeAll
    static void makePairs() throws IOException {
        tiny = TinyRuns.in(temp);
        base = TrainingRun.of(tiny.nextStep("base", "steps=2", "samples.prompts=[]"))
                .model();
        Path folder = Files.createDirectories(temp.resolve("pairs"));
        List<PreferencePair> pairs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Files.write(folder.resolve(i + "w.png"), PngEncoder.encode(Pixels.filled(32, 32, 200 + i)));
            Files.write(folder.resolve(i + "l.png"), PngEncoder.encode(Pixels.filled(32, 32, 20 + i)));
            pairs.add(new PreferencePair("a red square, flat style", i + "w.png", i + "l.png"));
        }
        PairFolder.write(folder, pairs);
    }

    private static Recipe recipe(String output, String... more) {
        List<String> all = new ArrayList<>(List.of(DPO));
        all.add("nextstep.init=" + base);
        all.add("dpo.pairs=" + temp.resolve("pairs"));
        all.addAll(List.of(more));
        return tiny.nextStep(output, all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ema=0", "lora.rank=2", "nextstep.activation_checkpointing=true", "dpo.weighting=time"})
    void an_interrupted_run_ends_with_the_bits_of_one_that_was_not(String variant) throws IOException {
        String name = variant.replaceAll("\\W", "");
        TrainingRun.assertGoesOn(
                recipe(name + "-straight", variant), recipe(name + "-broken", variant), 3, "checkpoint-8");
    }

    @Test
    void the_first_loss_is_ln_2_and_training_learns_the_preference() {
        List<TrainEvent> heard = TrainingRun.of(
                        recipe("learns", "steps=30", "samples.every=30", "dpo.holdout=" + temp.resolve("pairs")))
                .heard();
        List<Double> losses = heard.stream()
                .filter(TrainEvent.Progress.class::isInstance)
                .map(e -> ((TrainEvent.Progress) e).loss())
                .toList();
        assertEquals(Math.log(2), losses.getFirst(), 1e-5);
        assertTrue(losses.getLast() < losses.getFirst() - 0.02, losses::toString);
        double preferred = preferred(heard);
        assertTrue(preferred > 0.8, "preferred " + preferred);
    }

    /** The share of held-out pairs in the right order, as measured last. */
    private static double preferred(List<TrainEvent> heard) {
        return heard.stream()
                .filter(TrainEvent.Evaluated.class::isInstance)
                .map(e -> ((TrainEvent.Evaluated) e).figures().get("preferred"))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    @Test
    void one_picture_under_two_prompts_teaches_what_the_prompt_says() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("prompts"));
        List<PreferencePair> pairs = new ArrayList<>();
        for (String[] side :
                new String[][] {{"w", "a red square", "a blue ring"}, {"l", "a blue ring", "a red square"}}) {
            for (int i = 0; i < 6; i++) {
                String picture = "../pairs/" + i + side[0] + ".png";
                pairs.add(new PreferencePair(side[1], picture, picture, side[2]));
            }
        }
        PairFolder.write(folder, pairs);
        assertEquals(pairs, PairFolder.read(folder));
        List<TrainEvent> heard = TrainingRun.of(recipe(
                        "prompts-run", "dpo.pairs=" + folder, "steps=60", "samples.every=60", "dpo.holdout=" + folder))
                .heard();
        double preferred = preferred(heard);
        // Whoever looks at the picture alone is right about half of them, because each prompt wins as often as it
        // loses.
        assertTrue(preferred > 0.8, "preferred " + preferred);
    }

    @Test
    void the_winners_own_flow_loss_counts_by_its_weight_at_the_times_of_the_recipe() {
        double two = firstLoss("two", "dpo.winner_weight=2") - Math.log(2);
        double four = firstLoss("four", "dpo.winner_weight=4") - Math.log(2);
        assertTrue(two > 0.1, "a winner's error of " + two / 2);
        assertEquals(2 * two, four, 1e-4);
        double early = firstLoss("early", "dpo.winner_weight=2", "nextstep.time_mean=-3") - Math.log(2);
        assertTrue(Math.abs(early - two) > 1e-3, "other times have other errors: " + early + ", " + two);
    }

    private static double firstLoss(String output, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.add("steps=1");
        return TrainingRun.of(recipe(output, all.toArray(String[]::new)))
                .steps()
                .getFirst()
                .loss();
    }

    @Test
    void a_batch_that_is_cut_has_the_loss_and_the_gradient_of_the_whole() {
        Recipe recipe = recipe("cut");
        try (Objective objective = Objectives.of(recipe);
                Scope scope = Scope.open()) {
            objective.weights().all().values().forEach(Autograd::track);
            long[] positions = {0, 1, 2, 3};
            Tensor probe = objective.weights().all().values().iterator().next();
            double[] loss = new double[2];
            float[][] gradient = new float[2][];
            for (int cut = 0; cut < 2; cut++) {
                int parts = cut == 0 ? 1 : 2;
                for (int i = 0; i < parts; i++) {
                    int count = 4 / parts;
                    try (Rng rng = new Rng(7)) {
                        Objective.Losses losses = objective.losses(new BatchPart(positions, i * count, count), rng);
                        losses.backward().accept(Objective.GradientsReady.UNHEARD);
                        loss[cut] += losses.total().item();
                    }
                }
                gradient[cut] = Autograd.gradient(probe).toFloats().clone();
                objective.weights().all().values().forEach(Autograd::clearGradient);
            }
            assertEquals(loss[0], loss[1], 1e-6);
            double norm = 0;
            for (int i = 0; i < gradient[0].length; i++) {
                assertEquals(gradient[0][i], gradient[1][i], 1e-5);
                norm += Math.abs(gradient[0][i]);
            }
            assertTrue(norm > 0, "the probe has a gradient");
        }
    }

    @Test
    void what_cannot_be_compared_is_refused_in_one_line() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("odd"));
        Files.write(folder.resolve("a.png"), PngEncoder.encode(Pixels.filled(16, 16, 9)));
        PairFolder.write(folder, List.of(new PreferencePair("a red square", "a.png", "a.png", "a blue square")));
        UserException size = assertThrows(
                UserException.class,
                () -> Objectives.of(recipe("odd", "dpo.pairs=" + folder)).close());
        assertTrue(size.getMessage().contains("is 16x16, but data.size is 32"), size.getMessage());
        Files.writeString(folder.resolve(PairFolder.FILE), "{\"prompt\": \"a\"}\n");
        UserException key = assertThrows(UserException.class, () -> PairFolder.read(folder));
        assertTrue(key.getMessage().contains("line 1 has no text 'winner'"), key.getMessage());
        String whole = "{\"prompt\": \"a\", \"winner\": \"a.png\", \"loser\": \"b.png\"}\n";
        Files.writeString(folder.resolve(PairFolder.FILE), whole + "\n\n{\"prompt\"\n");
        UserException json = assertThrows(UserException.class, () -> PairFolder.read(folder));
        assertTrue(json.getMessage().contains("line 4 is not JSON"), json.getMessage());
        Files.writeString(folder.resolve(PairFolder.FILE), whole.replace("b.png", "a.png"));
        UserException itself = assertThrows(UserException.class, () -> PairFolder.read(folder));
        assertTrue(itself.getMessage().contains("line 1 compares a picture with itself"), itself.getMessage());
        UserException scratch = assertThrows(
                UserException.class,
                () -> tiny.nextStep("none", "objective=dpo", "dpo.beta=1", "dpo.pairs=x", "data.families=[]"));
        assertTrue(scratch.getMessage().contains("nextstep.init"), scratch.getMessage());
    }
}
