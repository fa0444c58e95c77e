package stipple.train.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.model.NextStepModel;
import stipple.model.decode.DecodeBackends;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Torch;
import stipple.torch.UserException;
import stipple.train.Objectives;
import stipple.train.TrainingRun;
import stipple.train.check.Preflight;
import stipple.train.dpo.PairFolder;
import stipple.train.dpo.PreferencePair;
import stipple.train.objective.TrainedModel;
import stipple.train.recipe.Recipe;
import stipple.train.run.TrainEvent;

/** Reinforcement learning of a tiny model that is rewarded for bright pictures. */
class GrpoTrainingTest {
    @TempDir
    private static Path temp;

    private static TinyGrpo tiny;

    @BeforeAll
    static void trainTheBase() throws IOException {
        tiny = TinyGrpo.in(temp);
    }

    private static Recipe recipe(String output, String... more) {
        return tiny.recipe(output, more);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grpo.kl=0.01",
                "grpo.updates=3 samples.context_noise=0.4",
                "lora.rank=2",
                "grpo.cfg=2",
                "grpo.updates=2 grpo.advantage_of=each grpo.best_worst=1",
                "accumulate=2 grpo.schedule=overlapped"
            })
    void an_interrupted_run_ends_with_the_bits_of_one_that_was_not(String variant) throws IOException {
        String name = variant.replaceAll("\\W", "");
        // After step 4 of samplings of 3 updates each, what was sampled must come from the disk.
        TrainingRun.assertGoesOn(
                recipe(name + "-straight", variant.split(" ")),
                recipe(name + "-broken", variant.split(" ")),
                4,
                "checkpoint-6");
    }

    @Test
    void on_policy_all_ratios_are_one_and_the_parallel_pass_agrees_with_the_sequential_one() {
        for (TrainEvent.Progress step :
                TrainingRun.of(recipe("ratios", "steps=2")).steps()) {
            assertEquals(1, step.parts().get("ratio_low"), 1e-12);
            assertEquals(1, step.parts().get("ratio_high"), 1e-12);
            assertTrue(step.parts().get("mismatch_max") < 1e-4, step.parts()::toString);
            assertTrue(step.parts().get("mismatch_float32") < 1e-5, step.parts()::toString);
            assertTrue(
                    step.parts().get("mismatch_bfloat16") > 10 * step.parts().get("mismatch_float32"),
                    step.parts()::toString);
            assertTrue(step.gradientNorm() > 0);
            assertTrue(step.parts().containsKey("reward_colourful"), "a score of weight 0 is watched");
        }
        List<TrainEvent.Progress> several = TrainingRun.of(
                        recipe("off-policy", "grpo.updates=3", "grpo.clip=0.5", "optimizer.lr=0.02"))
                .steps();
        assertEquals(1, several.get(0).parts().get("ratio_high"), 1e-12, "the first update is on-policy");
        assertTrue(several.get(2).parts().get("ratio_high") != 1, "later ones are not");
    }

    @Test
    void pictures_that_were_read_back_behind_noise_are_so_in_the_parallel_pass_too() {
        TrainEvent.Progress step = TrainingRun.of(recipe("context", "steps=1", "samples.context_noise=0.4"))
                .steps()
                .getFirst();
        assertTrue(step.parts().get("mismatch_max") < 1e-4, step.parts()::toString);
        assertTrue(step.gradientNorm() > 0);
    }

    @Test
    void adapters_of_the_head_are_sampled_with_too() {
        String[] head = {
            "lora.rank=2",
            "lora.targets=[q_proj, linear, mlp.0, mlp.2, adaLN_modulation.1, cond_embed]",
            "optimizer.lr=0.05",
            "optimizer.warmup=1",
            "steps=2"
        };
        TrainEvent.Progress last =
                TrainingRun.of(recipe("head-adapters", head)).steps().getLast();
        assertTrue(last.parts().get("kl") == 0 && last.gradientNorm() > 0);
        assertTrue(last.parts().get("mismatch_max") < 1e-4, last.parts()::toString);
    }

    @Test
    void overlapped_and_in_turns_are_the_same_training() throws IOException {
        Recipe turns = recipe("turns", "batch=3", "accumulate=3", "steps=2");
        Recipe overlapped = recipe("overlapped", "batch=3", "accumulate=3", "steps=2", "grpo.schedule=overlapped");
        int threads = Torch.threads();
        try {
            // With one thread there is one order of summation, whoever else computes.
            Torch.threads(1);
            TrainingRun one = TrainingRun.of(turns);
            TrainingRun other = TrainingRun.of(overlapped);
            TrainingRun.assertSameState(turns, overlapped, "checkpoint-2", "weights", "means", "squares");
            assertEquals(0, one.steps().getLast().parts().get("overlap"), "in turns nothing overlaps");
            for (TrainEvent.Progress step : other.steps()) {
                // Processor time comes in ticks of the system, which a tiny step may not fill.
                assertTrue(step.parts().get("utilisation") >= 0, step.parts()::toString);
                assertTrue(step.parts().get("rollout_pictures_per_s") > 0, step.parts()::toString);
            }
        } finally {
            Torch.threads(threads);
        }
        assertRefused("accumulate is 1", "grpo.schedule=overlapped");
        assertRefused("grpo.updates is 2", "grpo.schedule=overlapped", "accumulate=2", "grpo.updates=2");
    }

    private static void assertRefused(String why, String... more) {
        UserException refused = assertThrows(UserException.class, () -> recipe("refused", more));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void a_judge_that_fails_ahead_of_time_ends_the_run_with_its_reason_and_leaves_no_tensor() {
        String judge = "rewards=[{kind: http, options: {url: \"http://127.0.0.1:1/score\", tries: \"1\"}}]";
        Recipe recipe = recipe("failing", "accumulate=2", "grpo.schedule=overlapped", judge);
        long before = Tensor.live();
        UserException failed = assertThrows(UserException.class, () -> TrainingRun.of(recipe));
        assertTrue(failed.getMessage().contains("127.0.0.1:1"), failed.getMessage());
        assertEquals(before, Tensor.live());
    }

    @Test
    void pictures_of_the_engine_are_those_of_libtorch_at_every_step_of_the_sampler() {
        Recipe recipe = recipe("engine", "grpo.cfg=2", "samples.context_noise=0.3");
        Set<Integer> kept = Set.of(0, 2);
        try (Scope scope = Scope.open();
                TrainedModel model = new TrainedModel(recipe);
                Rollouts rollouts = new Rollouts(
                        recipe,
                        model,
                        new FlowSteps(recipe.grpo(), 1, recipe.seed()).sampler(),
                        Prompts.training(recipe))) {
            NextStepModel policy = model.with(model.weights().trained());
            Sampled engine = rollouts.draw(policy, 0, 2, kept);
            System.setProperty(DecodeBackends.SWITCH, "libtorch");
            Sampled slow = rollouts.draw(policy, 0, 2, kept);
            assertClose(slow.tokens(), engine.tokens());
            assertClose(slow.read(), engine.read());
            for (int step : kept) {
                assertClose(
                        slow.points().get(step).before(),
                        engine.points().get(step).before());
                assertClose(
                        slow.points().get(step).after(),
                        engine.points().get(step).after());
                assertClose(
                        slow.points().get(step).velocity(),
                        engine.points().get(step).velocity());
            }
        } finally {
            System.clearProperty(DecodeBackends.SWITCH);
        }
    }

    private static void assertClose(Tensor expected, Tensor actual) {
        assertTrue(expected.sub(actual).abs().max().item()
                < 1e-4 * (1 + expected.abs().max().item()));
    }

    @Test
    void groups_without_contrast_leave_the_weights_alone_but_for_decay() {
        List<TrainEvent.Progress> steps =
                TrainingRun.of(recipe("flat", "grpo.min_std=10", "steps=2")).steps();
        assertEquals(0, steps.getLast().parts().get("kept"));
        assertEquals(0, steps.getLast().gradientNorm());
    }

    @Test
    void a_check_of_several_updates_writes_nothing_to_the_output() {
        Recipe recipe = recipe("checked", "grpo.updates=3");
        assertTrue(Preflight.run(recipe, Objectives::of).secondsPerStep() > 0);
        assertFalse(Files.exists(Path.of(recipe.output())));
    }

    private static List<PreferencePair> pairs(Path folder, List<String> asked, int prompts, String... more) {
        return pairs(folder, asked, new PairSampler.Settings(prompts, 1, 1, false), more);
    }

    private static List<PreferencePair> pairs(
            Path folder, List<String> asked, PairSampler.Settings settings, String... more) {
        try (PairSampler sampler = new PairSampler(recipe("pairs", more), settings)) {
            return sampler.build(folder, step -> asked.add(step.prompt()));
        }
    }

    @Test
    void pairs_of_held_out_prompts_are_of_those_prompts_alone_and_need_some() throws IOException {
        Path file = Files.writeString(temp.resolve("asked-later.txt"), "a black disc\na red bar\n");
        PairSampler.Settings heldOut = new PairSampler.Settings(3, 1, 1, true);
        List<String> asked = new ArrayList<>();
        pairs(temp.resolve("pairs-held-out"), asked, heldOut, "grpo.holdout=" + file);
        assertEquals(List.of("a black disc", "a red bar", "a black disc"), asked);
        Path folder = temp.resolve("pairs-held-out-none");
        UserException none = assertThrows(UserException.class, () -> pairs(folder, asked, heldOut));
        assertTrue(none.getMessage().contains("grpo.holdout"), none.getMessage());
    }

    @Test
    void scores_of_other_prompts_are_measured_beside_the_rewards_of_held_out_ones() throws IOException {
        Path file = Files.writeString(temp.resolve("watched.txt"), "a black disc\na red bar\n");
        String grey = "rewards: [{kind: pixels, name: grey, options: {rule: colourfulness}}]";
        String[] watched = {
            "steps=2",
            "samples.every=2",
            "checkpoint.best=watch_emoji_grey",
            "grpo.holdout=" + file,
            "data.shards=" + temp.resolve("data"),
            "data.holdout=holdout",
            "grpo.watch=[{name: emoji, prompts: holdout, " + grey + "}, {name: lines, prompts: " + file + ", " + grey
                    + "}, {name: scenes, prompts: composition, " + grey + "}]"
        };
        TrainingRun run = TrainingRun.of(recipe("watched", watched));
        Map<String, Double> figures = run.measured();
        assertTrue(
                figures.keySet()
                        .containsAll(Set.of(
                                "reward",
                                "reward_bright",
                                "watch_emoji_grey",
                                "watch_lines_grey",
                                "watch_scenes_grey",
                                "image")),
                figures::toString);
        assertEquals(figures.get("reward_colourful"), figures.get("watch_lines_grey"), 1e-9, "the same prompts");
        watched[6] = "grpo.watch=[{name: emoji, prompts: elsewhere, " + grey + "}]";
        UserException none = assertThrows(UserException.class, () -> TrainingRun.of(recipe("unwatched", watched)));
        assertTrue(none.getMessage().contains("elsewhere"), none.getMessage());
    }

    @Test
    void prompts_may_be_the_captions_of_a_family_and_what_is_none_is_told_with_what_there_is() throws IOException {
        String shards = "data.shards=" + temp.resolve("data");
        Recipe captions = recipe("captions", "grpo.prompts=holdout", shards);
        List<String> all = Prompts.training(captions).all();
        assertEquals(new PromptSource("grpo.holdout", "holdout", captions.data()).heldOut(), all, "the same captions");
        assertEquals(List.of(all.getFirst()), new PromptSource("key", "holdout", captions.data()).heldOut(1));

        Recipe nowhere = recipe("nowhere", "grpo.prompts=elsewhere", shards);
        UserException none = assertThrows(UserException.class, () -> Prompts.training(nowhere));
        assertTrue(
                none.getMessage().contains("grpo.prompts: no prompts at elsewhere")
                        && none.getMessage().contains("composition")
                        && none.getMessage().contains("holdout"),
                none.getMessage());
    }

    @Test
    void pairs_are_sampled_and_ranked_and_an_interrupted_build_goes_on() throws IOException {
        Path whole = temp.resolve("pairs-whole");
        Path broken = temp.resolve("pairs-broken");
        List<PreferencePair> pairs = pairs(whole, new ArrayList<>(), 3);
        assertEquals(pairs, PairFolder.read(whole));
        assertTrue(pairs.size() > 1, "the rewards of random pictures differ");
        for (PreferencePair pair : pairs) {
            assertTrue(
                    brightness(whole.resolve(pair.winner())) > brightness(whole.resolve(pair.loser())),
                    "the reward is brightness");
        }
        List<String> asked = new ArrayList<>();
        pairs(broken, asked, 2);
        Files.writeString(broken.resolve("sampled.jsonl"), "{\"prom", StandardOpenOption.APPEND);
        assertEquals(pairs, pairs(broken, asked, 3));
        assertEquals(3, asked.size(), "no prompt is sampled twice");
        for (PreferencePair pair : pairs) {
            assertEquals(-1, Files.mismatch(whole.resolve(pair.winner()), broken.resolve(pair.winner())));
        }
        assertThrows(UserException.class, () -> pairs(broken, asked, 3, "grpo.cfg=2"));
        assertThrows(
                UserException.class,
                () -> new PairSampler(recipe("few"), new PairSampler.Settings(1, 4, 4, false)).close());
    }

    private static double brightness(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        long sum = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                sum += (rgb >> 16 & 0xff) + (rgb >> 8 & 0xff) + (rgb & 0xff);
            }
        }
        return sum;
    }

    @Test
    void winners_come_from_the_top_and_losers_from_the_rest_and_ties_are_left_out() {
        double[] scores = {0.1, 0.9, 0.3, 0.8, 0.2, 0.3};
        for (long seed = 0; seed < 20; seed++) {
            for (Ranking.Pair pair : Ranking.pairs(scores, 2, 2, 0.01, seed)) {
                assertTrue(pair.winner() == 1 || pair.winner() == 3);
                assertTrue(scores[pair.loser()] < 0.5);
            }
            assertEquals(2, Ranking.pairs(scores, 2, 2, 0.01, seed).size());
            assertEquals(
                    0, Ranking.pairs(new double[] {1, 1, 1, 1}, 2, 2, 0, seed).size());
        }
    }
}
