package stipple.train.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import stipple.data.composition.SceneClass;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.model.flow.EstimateSampler;
import stipple.model.flow.SolverStep;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.recipe.GrpoRecipe;

/** The arithmetic of group-relative optimisation against values worked out by hand. */
class GrpoPartsTest {
    static GrpoRecipe recipe(Map<String, Object> m) {
        return new GrpoRecipe(
                (String) m.getOrDefault("prompts", "composition"),
                (Integer) m.get("prompts_per_class"),
                weights(m.get("classes")),
                null,
                null,
                null,
                (Integer) m.getOrDefault("group", 2),
                4,
                (String) m.get("sampler"),
                null,
                null,
                (String) m.get("log_prob"),
                null,
                (Integer) m.get("flow_steps"),
                null,
                null,
                (String) m.get("ratio"),
                0.2,
                null,
                (String) m.get("advantage"),
                (String) m.get("credit"),
                null,
                (Integer) m.get("best_worst"),
                null,
                null,
                (Double) m.get("max_mean"),
                null,
                null);
    }

    private static Map<String, Double> weights(Object given) {
        return given == null
                ? null
                : ((Map<?, ?>) given).entrySet().stream().collect(Collectors.toMap(e -> (String) e.getKey(), e ->
                        (Double) e.getValue()));
    }

    @Test
    void advantages_are_distances_from_the_groups_mean_and_groups_without_contrast_are_left_out() {
        double[] rewards = {1, 0, 0.5, 0.5, 0.9, 1.0};
        Advantages group = Advantages.of(rewards, recipe(Map.of()));
        assertArrayEquals(new boolean[] {true, false, true}, group.kept());
        assertEquals(0.5 / (0.5 + 1e-4), group.values()[0], 1e-9);
        assertEquals(-group.values()[0], group.values()[1], 1e-9);
        assertEquals(0, group.values()[2]);
        assertArrayEquals(new int[] {0, 1, 4, 5}, group.pictures(recipe(Map.of())));
        assertEquals(2.0 / 3, group.keptShare(), 1e-9);
        assertEquals(
                0.5, Advantages.of(rewards, recipe(Map.of("advantage", "none"))).values()[0], 1e-9);
        Advantages easy = Advantages.of(rewards, recipe(Map.of("max_mean", 0.9)));
        assertArrayEquals(new boolean[] {true, false, false}, easy.kept());
    }

    @Test
    void the_best_and_the_worst_of_a_group_can_be_all_that_is_learnt_from() {
        GrpoRecipe two = recipe(Map.of("group", 4, "best_worst", 1));
        Advantages advantages = Advantages.of(new double[] {0.2, 0.9, 0.1, 0.5, 1, 1, 1, 1, 0, 0, 0, 1}, two);
        assertArrayEquals(new int[] {1, 2, 10, 11}, advantages.pictures(two));
        assertEquals(2, two.learnt());
        assertEquals(4, recipe(Map.of("group", 4)).learnt());
        assertThrows(UserException.class, () -> recipe(Map.of("group", 4, "best_worst", 3)));
    }

    @Test
    void classes_come_as_often_as_they_weigh_and_those_that_are_not_named_never() {
        Map<String, Double> classes = Map.of("counting", 3.0, "colours", 1.0);
        GrpoRecipe weighted = recipe(Map.of("prompts_per_class", 100, "classes", classes));
        Prompts prompts = Prompts.training(weighted, null, 4);
        List<String> counting = ScenePrompts.seen(SceneClass.COUNTING, 100).stream()
                .map(ScenePrompt::text)
                .toList();
        List<String> asked = LongStream.range(0, 1000).mapToObj(prompts::at).toList();
        assertEquals(750, asked.stream().filter(counting::contains).count());
        assertEquals(200, asked.stream().distinct().count(), "every prompt of both classes");
        assertEquals(200, prompts.all().size());
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("classes", Map.of("spelling", 1.0)),
                Map.of("classes", Map.of("counting", 0.0)),
                Map.of("prompts", "file.txt", "classes", classes),
                Map.of("prompts_per_class", 0))) {
            assertThrows(UserException.class, () -> recipe(wrong), wrong::toString);
        }
    }

    @Test
    void log_probabilities_of_both_kinds_are_those_computed_by_hand() {
        SolverStep step = new EstimateSampler(EstimateSampler.Mode.CPS, 0.8)
                .program(4, 1)
                .steps()
                .get(1);
        double mean = step.point() * 0.3 + step.velocity() * 2;
        try (Scope scope = Scope.open()) {
            Tensor before = Tensors.of(new float[] {0.3f, 0.3f}, 1, 2);
            Tensor velocity = Tensors.of(new float[] {2f, 2f}, 1, 2);
            Tensor after = Tensors.of(new float[] {(float) mean + 0.1f, (float) mean - 0.3f}, 1, 2);
            StepPoints points = new StepPoints(before, after, velocity);
            double square = (0.01 + 0.09) / 2;
            assertEquals(
                    -square,
                    new SamplerStep(1, step, false).logProb(points, velocity).item(),
                    1e-6);
            double std = step.noise();
            double gaussian = -square / (2 * std * std) - Math.log(std) - 0.5 * Math.log(2 * Math.PI);
            FlowStep normal = new SamplerStep(1, step, true);
            assertEquals(gaussian, normal.logProb(points, velocity).item(), 1e-5);
            double kl = Math.pow(step.velocity() * 0.5, 2) / (2 * std * std);
            assertEquals(kl, normal.divergence(velocity, velocity.add(0.5)).item(), 1e-5);
        }
    }

    @Test
    void on_policy_the_gradient_is_the_advantage_and_beyond_the_clip_there_is_none() {
        try (Scope scope = Scope.open()) {
            Tensor logProb = Tensors.of(new float[] {-1, -1, -2, -2}, 4);
            Autograd.track(logProb);
            GrpoLoss.Value same =
                    GrpoLoss.of(logProb, Autograd.detach(logProb), new double[] {1, -1}, 2, recipe(Map.of()));
            assertEquals(1, same.low());
            assertEquals(1, same.high());
            Autograd.backward(same.loss());
            assertArrayEquals(
                    new float[] {-0.5f, -0.5f, 0.5f, 0.5f},
                    Autograd.gradient(logProb).toFloats(),
                    1e-6f);
            Autograd.clearGradient(logProb);
            Tensor old = Autograd.detach(logProb).sub(Tensors.of(new float[] {1, 1, -1, -1}, 4));
            GrpoLoss.Value far = GrpoLoss.of(logProb, old, new double[] {1, -1}, 2, recipe(Map.of()));
            assertEquals(1, far.clipped());
            assertEquals(-(1.2 - 0.8), far.loss().item(), 1e-6);
            Autograd.backward(far.loss());
            assertArrayEquals(new float[4], Autograd.gradient(logProb).toFloats());
        }
    }

    @Test
    void steps_without_noise_are_never_chosen_and_more_than_there_are_is_refused() {
        FlowSteps steps = new FlowSteps(recipe(Map.of("flow_steps", 3)), 1, 5);
        List<FlowStep> chosen = steps.of(9).getFirst();
        assertEquals(
                chosen,
                new FlowSteps(recipe(Map.of("flow_steps", 3)), 1, 5).of(9).getFirst());
        assertTrue(chosen.stream().noneMatch(step -> step.index() == 3), "the last step of cps is clean");
        UserException refused =
                assertThrows(UserException.class, () -> new FlowSteps(recipe(Map.of("flow_steps", 4)), 1, 5));
        assertTrue(refused.getMessage().contains("only 3 of 4"), refused.getMessage());
    }
}
