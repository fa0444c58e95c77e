package stipple.train.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.model.NextStepModel;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.TrainingRun;
import stipple.train.objective.TrainedModel;
import stipple.train.optim.AdamW;
import stipple.train.recipe.Recipe;
import stipple.train.run.TrainEvent;

/** Learning on the path from fresh noise to the tokens, instead of in the steps of the sampler. */
class GrpoPathTest {
    private static final int WIDTH = 5;

    @TempDir
    private static Path temp;

    private static TinyGrpo tiny;

    @BeforeAll
    static void trainTheBase() throws IOException {
        tiny = TinyGrpo.in(temp);
    }

    private static Recipe recipe(String output, String... more) {
        String[] all = new String[more.length + 1];
        all[0] = "grpo.log_prob=path";
        System.arraycopy(more, 0, all, 1, more.length);
        return tiny.recipe(output, all);
    }

    @Test
    void the_log_probability_is_the_negative_flow_loss_of_the_token() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(4)) {
            Sampled sampled = new Sampled(rng.normal(2, 3, WIDTH), null, Map.of());
            PathStep step = new PathStep(1, 0.25, 9, 1);
            StepPoints points = step.points(sampled, 0, new long[] {0, 1, 2, 3, 4, 5});
            // On a straight path the point is the data less what is left of the way.
            Tensor back = sampled.tokens().reshape(6, WIDTH).sub(points.after().mul(0.75));
            assertArrayEquals(back.toFloats(), points.before().toFloats(), 1e-6f);
            assertEquals(0, step.logProb(points, points.after()).abs().sum().item());
            float[] off = step.logProb(points, points.after().add(0.5)).toFloats();
            assertArrayEquals(new float[] {-0.25f, -0.25f, -0.25f, -0.25f, -0.25f, -0.25f}, off, 1e-6f);
            assertEquals(0.25, step.divergence(back, back.add(0.5)).mean().item(), 1e-6);
            assertTrue(points.sequential(step).isEmpty(), "nobody asked there while sampling");
        }
    }

    @Test
    void a_token_has_the_same_noise_whatever_else_is_learnt_from_and_another_at_every_time_and_in_every_group() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(4)) {
            Sampled sampled = new Sampled(rng.normal(2, 3, WIDTH), null, Map.of());
            PathStep step = new PathStep(1, 0.25, 9, 1);
            float[] some = step.points(sampled, 8, new long[] {4}).after().toFloats();
            assertArrayEquals(
                    some,
                    step.points(sampled, 8, new long[] {0, 4})
                            .after()
                            .narrow(0, 1, 1)
                            .contiguous()
                            .toFloats());
            for (float[] other : new float[][] {
                step.points(sampled, 16, new long[] {4}).after().toFloats(),
                new PathStep(2, 0.25, 9, 1)
                        .points(sampled, 8, new long[] {4})
                        .after()
                        .toFloats(),
                new PathStep(1, 0.25, 10, 1)
                        .points(sampled, 8, new long[] {4})
                        .after()
                        .toFloats()
            }) {
                assertNotEquals(some[0], other[0]);
            }
        }
    }

    @Test
    void pictures_of_a_prompt_share_the_noises_of_their_tokens_so_that_equal_ones_cancel() {
        try (Scope scope = Scope.open();
                Rng rng = new Rng(4)) {
            Tensor picture = rng.normal(1, 3, WIDTH);
            Sampled sampled = new Sampled(Tensors.cat(List.of(picture, picture, picture, picture), 0), null, Map.of());
            PathStep step = new PathStep(1, 0.25, 9, 2);
            float[] all = step.points(sampled, 8, LongStream.range(0, 12).toArray())
                    .before()
                    .toFloats();
            float[][] pictures = new float[4][];
            for (int i = 0; i < 4; i++) {
                pictures[i] = Arrays.copyOfRange(all, i * 3 * WIDTH, (i + 1) * 3 * WIDTH);
            }
            assertArrayEquals(pictures[0], pictures[1]);
            assertArrayEquals(pictures[2], pictures[3]);
            assertNotEquals(pictures[0][0], pictures[2][0], "another prompt has others");
            assertNotEquals(pictures[0][0], pictures[0][WIDTH], "and so has another token");
            float[] second =
                    step.points(sampled, 9, new long[] {0, 1, 2}).before().toFloats();
            assertArrayEquals(pictures[2], second, "whatever sampling the group is a part of");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grpo.sampler=ode grpo.kl=0.01",
                "grpo.sampler=ode grpo.updates=2 grpo.flow_steps=2",
                "grpo.cfg=2 accumulate=2 grpo.schedule=overlapped"
            })
    void an_interrupted_run_ends_with_the_bits_of_one_that_was_not(String variant) throws IOException {
        String name = variant.replaceAll("\\W", "");
        TrainingRun.assertGoesOn(
                recipe(name + "-straight", variant.split(" ")),
                recipe(name + "-broken", variant.split(" ")),
                3,
                "checkpoint-6");
    }

    @Test
    void pictures_that_gained_become_likelier_than_those_that_lost_at_other_noises_too() {
        Recipe recipe = recipe("likelier", "grpo.sampler=ode", "grpo.group=4", "grpo.cfg=2");
        try (Scope scope = Scope.open();
                TrainedModel model = new TrainedModel(recipe);
                Rollouts rollouts = new Rollouts(
                        recipe,
                        model,
                        new FlowSteps(recipe.grpo(), 1, recipe.seed()).sampler(),
                        Prompts.training(recipe))) {
            Weights weights = model.weights().trained();
            NextStepModel policy = model.with(weights);
            Sampled sampled = Autograd.off(() -> rollouts.draw(policy, 0, 1, Set.of()));
            assertTrue(sampled.points().isEmpty(), "nothing is kept of the sampler's steps");
            weights.all().values().forEach(Autograd::track);
            double before =
                    Autograd.off(() -> contrast(77, rollouts, policy, sampled).item());
            Autograd.backward(contrast(5, rollouts, policy, sampled).neg());
            try (AdamW optimizer = new AdamW(weights, recipe.optimizer(), name -> true)) {
                optimizer.step(0, 1e-3);
            }
            double after =
                    Autograd.off(() -> contrast(77, rollouts, policy, sampled).item());
            assertTrue(after > before, "from " + before + " to " + after);
        }
    }

    /** How much likelier the first two of four pictures are than the others, at eight noises. */
    private static Tensor contrast(long seed, Rollouts rollouts, NextStepModel policy, Sampled sampled) {
        int[] all = {0, 1, 2, 3};
        Tensor sum = Tensors.scalar(0);
        for (int noise = 0; noise < 8; noise++) {
            PathStep step = new PathStep(noise, 0.25, seed, 4);
            StepPoints points = step.points(sampled, 0, rollouts.learnt(0, all));
            Tensor pictures = rollouts.pass(policy, 0, sampled, all)
                    .logProb(step, points)
                    .reshape(4, -1)
                    .mean(1);
            sum = sum.add(
                    pictures.narrow(0, 0, 2).sum().sub(pictures.narrow(0, 2, 2).sum()));
        }
        return sum;
    }

    @Test
    void passes_are_not_compared_where_there_is_but_one() {
        for (TrainEvent.Progress step :
                TrainingRun.of(recipe("one", "grpo.sampler=ode", "steps=2")).steps()) {
            assertEquals(1, step.parts().get("ratio_high"), 1e-12);
            assertFalse(step.parts().keySet().stream().anyMatch(name -> name.startsWith("mismatch")));
        }
    }

    @Test
    void what_has_no_meaning_on_the_path_or_without_it_is_refused() {
        assertRefused("use old_log_prob parallel", "grpo.log_prob=path", "grpo.old_log_prob=sequential");
        assertRefused("use log_prob path", "grpo.sampler=ode");
        assertRefused("unknown grpo.log_prob 'way'", "grpo.log_prob=way");
    }

    private static void assertRefused(String why, String... more) {
        UserException refused = assertThrows(UserException.class, () -> tiny.recipe("refused", more));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }
}
