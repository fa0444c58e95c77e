package stipple.train.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.image.TokenGrid;
import stipple.torch.UserException;
import stipple.train.TrainingRun;
import stipple.train.recipe.GrpoRecipe;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RewardRecipe;
import stipple.train.reward.Located;
import stipple.train.reward.WeightedRewards;
import stipple.train.run.TrainEvent;

/** Gains of tokens by the parts of the picture that they belong to. */
class PartAdvantagesTest {
    private static final TokenGrid GRID = new TokenGrid(2, 2);
    private static final GrpoRecipe RECIPE = GrpoPartsTest.recipe(Map.of("credit", "parts", "ratio", "token"));

    private static Located.Part upperLeft(double score) {
        return new Located.Part(0, 0, 0.45, 0.5, score);
    }

    private static Located.Part lowerRight(double score) {
        return new Located.Part(0.55, 0.5, 1, 1, score);
    }

    private static Located.Part most(double score) {
        return new Located.Part(0, 0, 0.5, 0.4, score);
    }

    private static Located.Part little(double score) {
        return new Located.Part(0.4, 0, 1, 0.1, score);
    }

    @Test
    void a_token_gains_what_its_part_gained_over_all_parts_of_the_group() {
        Located good = new Located(0, List.of(upperLeft(1), lowerRight(0)), 1);
        Located bad = new Located(0, List.of(lowerRight(0)), 1);

        PartAdvantages gained = PartAdvantages.of(List.of(good, bad), GRID, RECIPE);

        assertTrue(gained.kept()[0]);
        // Scores 1, 0 and 0 are worth sqrt(2) and twice -sqrt(1/2). Lower right both lost the same, so nothing is
        // learnt there.
        double half = Math.sqrt(2) / 2;
        assertArrayEquals(new double[] {half, 0, 0, 0, -half, 0, 0, 0}, gained.values(), 1e-3);
    }

    @Test
    void what_lies_between_the_parts_is_compared_with_what_lies_there_in_other_pictures() {
        Located full = new Located(0, List.of(upperLeft(1)), 1);
        Located empty = new Located(0, List.of(), 0);

        PartAdvantages gained = PartAdvantages.of(List.of(full, empty), GRID, RECIPE);

        assertArrayEquals(new double[] {0.5, 1, 1, 1, -0.5, -1, -1, -1}, gained.values(), 1e-3);
    }

    @Test
    void with_both_a_token_also_gains_what_its_picture_gained() {
        GrpoRecipe both = GrpoPartsTest.recipe(Map.of("credit", "both", "ratio", "token"));
        Located full = new Located(1, List.of(upperLeft(1)), 1);
        Located empty = new Located(0, List.of(), 0);
        Round round = new Round(0, 0, null, Map.of(), new double[] {1, 0}, List.of(full, empty), Map.of());

        Advantages gained = Advantages.of(round, GRID, both, List.of());

        assertArrayEquals(new double[] {1.5, 2, 2, 2, -1.5, -2, -2, -2}, gained.tokens(), 1e-3);
        assertTrue(both.byParts() && both.byPictures() && RECIPE.byParts() && !RECIPE.byPictures());
    }

    @Test
    void groups_whose_parts_are_all_worth_the_same_are_left_out() {
        Located same = new Located(0, List.of(upperLeft(1)), 1);

        PartAdvantages gained = PartAdvantages.of(List.of(same, same), GRID, RECIPE);

        assertFalse(gained.kept()[0]);
        assertEquals(0, Arrays.stream(gained.values()).map(Math::abs).sum());
    }

    @Test
    void a_token_under_two_parts_belongs_to_the_one_that_covers_more_of_it() {
        Located right = new Located(0, List.of(most(1), little(0)), 1);
        Located wrong = new Located(0, List.of(little(1), most(0)), 1);

        double[] values = PartAdvantages.of(List.of(right, wrong), GRID, RECIPE).values();

        assertArrayEquals(new double[] {1, -1, 0, 0, -1, 1, 0, 0}, values, 1e-3);
    }

    @Test
    void an_interrupted_run_that_learns_by_parts_ends_with_the_bits_of_one_that_was_not(@TempDir Path temp)
            throws IOException {
        String[] byParts = {
            "steps=4", "grpo.credit=parts", "grpo.ratio=token", "accumulate=2", "rewards=[{kind: halves}]"
        };
        TinyGrpo tiny = TinyGrpo.in(temp);
        Recipe straight = tiny.recipe("straight", byParts);
        Recipe broken = tiny.recipe("broken", byParts);
        for (TrainEvent.Progress step : TrainingRun.of(straight).steps()) {
            assertEquals(1, step.parts().get("kept"));
            assertEquals(1, step.parts().get("ratio_low"), 1e-12);
            assertTrue(step.gradientNorm() > 0);
        }
        TrainingRun.until(broken, 2);
        TrainingRun.of(broken);
        TrainingRun.assertSameState(straight, broken, "checkpoint-4", "weights", "means", "squares");
    }

    @Test
    void recipes_that_cannot_compare_parts_are_refused_with_the_reason() {
        UserException ratio = assertThrows(UserException.class, () -> GrpoPartsTest.recipe(Map.of("credit", "parts")));
        assertTrue(ratio.getMessage().contains("grpo.ratio token"), ratio.getMessage());
        RewardRecipe bright = new RewardRecipe("pixels", "bright", null, Map.of("rule", "brightness"));
        try (WeightedRewards rewards = new WeightedRewards(List.of(bright))) {
            UserException blind = assertThrows(UserException.class, rewards::requireLocating);
            assertTrue(blind.getMessage().contains("bright"), blind.getMessage());
        }
    }
}
