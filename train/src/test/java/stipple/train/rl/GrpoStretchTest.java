package stipple.train.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.TrainingRun;
import stipple.train.objective.TrainedModel;
import stipple.train.recipe.Recipe;
import stipple.train.run.TrainEvent;

/** Groups whose pictures part for some tokens only. */
class GrpoStretchTest {
    private static final int STRETCH = 2;
    private static final int GROUP = 3;

    @TempDir
    private static Path temp;

    private static TinyGrpo tiny;

    @BeforeAll
    static void trainTheBase() throws IOException {
        tiny = TinyGrpo.in(temp);
    }

    private static Recipe recipe(String output, String stretch) {
        return tiny.recipe(output, "steps=4", "grpo.stretch=" + stretch);
    }

    @Test
    void pictures_of_a_group_have_the_same_tokens_up_to_their_stretch_and_start_each_token_alike() {
        Recipe recipe = recipe("parting", String.valueOf(STRETCH));
        try (Scope scope = Scope.open();
                TrainedModel model = new TrainedModel(recipe);
                Rollouts rollouts = new Rollouts(
                        recipe,
                        model,
                        new FlowSteps(recipe.grpo(), 1, recipe.seed()).sampler(),
                        Prompts.training(recipe))) {
            Sampled sampled =
                    Autograd.off(() -> rollouts.draw(model.with(model.weights().trained()), 0, 2, Set.of(0)));
            int tokens = (int) sampled.tokens().size(1);
            for (int group = 0; group < 2; group++) {
                Stretch stretch = Stretch.of(recipe.seed(), group, STRETCH, tokens);
                for (int token = 0; token < tokens; token++) {
                    Set<String> different = different(sampled.tokens(), group, token);
                    assertEquals(
                            token < stretch.from() ? 1 : GROUP,
                            different.size(),
                            "token " + token + " of a stretch from " + stretch.from());
                    Tensor starts = sampled.points().get(0).before();
                    assertEquals(1, different(starts, group, token).size(), "where token " + token + " starts from");
                }
            }
        }
    }

    private static Set<String> different(Tensor tensor, int group, int token) {
        Set<String> values = new HashSet<>();
        for (int i = 0; i < GROUP; i++) {
            float[] row = tensor.narrow(0, (long) group * GROUP + i, 1)
                    .narrow(1, token, 1)
                    .contiguous()
                    .toFloats();
            values.add(Arrays.toString(row));
        }
        return values;
    }

    @Test
    void stretches_lie_everywhere_and_rows_count_through_all_pictures() {
        Set<Integer> places = new HashSet<>();
        IntStream.range(0, 200)
                .forEach(group -> places.add(Stretch.of(5, group, 4, 16).from()));
        assertEquals(13, places.size(), places::toString);
        Stretch[] own = {new Stretch(3, 2), new Stretch(0, 2)};
        long[] rows = Stretch.rows(new int[] {0, 2}, own, 5);
        assertEquals("[3, 4, 10, 11]", Arrays.toString(rows));
    }

    @Test
    void an_interrupted_run_with_stretches_ends_with_the_bits_of_one_that_was_not() throws IOException {
        Recipe straight = recipe("straight", String.valueOf(STRETCH));
        Recipe broken = recipe("broken", String.valueOf(STRETCH));
        for (TrainEvent.Progress step : TrainingRun.of(straight).steps()) {
            assertEquals(1, step.parts().get("ratio_low"), 1e-12);
            assertTrue(step.parts().get("mismatch_max") < 1e-4, step.parts()::toString);
        }
        TrainingRun.until(broken, 2);
        TrainingRun.of(broken);
        TrainingRun.assertSameState(straight, broken, "checkpoint-4", "weights", "means", "squares");
    }

    @Test
    void learning_from_a_stretch_is_not_learning_from_all() throws IOException {
        Path some = TrainingRun.of(recipe("some", String.valueOf(STRETCH))).model();
        Path all = TrainingRun.of(recipe("all", "null")).model();
        assertFalse(Arrays.equals(weights(some), weights(all)));
    }

    private static byte[] weights(Path model) throws IOException {
        return Files.readAllBytes(model.resolve("model.safetensors"));
    }

    @Test
    void a_stretch_longer_than_a_picture_is_refused_with_both_lengths() {
        UserException refused = assertThrows(UserException.class, () -> TrainingRun.of(recipe("long", "1000")));
        assertTrue(
                refused.getMessage().contains("1000") && refused.getMessage().contains("has 4"), refused::getMessage);
        assertThrows(UserException.class, () -> recipe("none", "0"));
    }
}
