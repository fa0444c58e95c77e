package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;
import stipple.data.composition.Renderer;
import stipple.data.composition.Scene;
import stipple.data.composition.SceneObject;
import stipple.data.composition.Shape;
import stipple.data.pixels.Pixels;
import stipple.eval.agreement.AgreementScorer;
import stipple.eval.run.Pictures;
import stipple.torch.UserException;
import stipple.train.recipe.RewardRecipe;
import stipple.train.reward.Judged;
import stipple.train.reward.WeightedRewards;

class AgreementRewardTest {
    private static final Path JUDGE = Path.of("..", "judges", "agreement");

    private static RewardRecipe recipe(Path judge) {
        return new RewardRecipe("agreement", null, null, Map.of("judge", judge.toString()));
    }

    @Test
    void a_score_is_the_dual_encoders_between_nought_and_one_and_thoughts_are_no_part_of_the_caption() {
        Pixels picture = Renderer.draw(
                new Scene(
                        Ground.WHITE,
                        List.of(new SceneObject(Shape.STAR, Colour.RED, Colour.RED.rgb(), 0.5, 0.5, 0.6))),
                64);
        double star;
        try (AgreementScorer scorer = AgreementScorer.load(JUDGE)) {
            star = (1 + scorer.score(picture, "a red star")) / 2;
        }
        try (WeightedRewards rewards = new WeightedRewards(List.of(recipe(JUDGE)))) {
            double[] scores = rewards.of(List.of(
                            new Judged("a red star", Pictures.of(picture)),
                            new Judged("a red star<|begin_of_thinking|>a cup<|end_of_thinking|>", Pictures.of(picture)),
                            new Judged("a cup of coffee", Pictures.of(picture))))
                    .total();
            assertEquals(star, scores[0], 1e-5);
            assertEquals(scores[0], scores[1], 1e-5);
            assertNotEquals(scores[0], scores[2], 1e-3);
        }
    }

    @Test
    void a_missing_judge_is_refused() {
        List<RewardRecipe> recipes = List.of(recipe(Path.of("nowhere")));
        assertThrows(UserException.class, () -> new WeightedRewards(recipes));
    }
}
