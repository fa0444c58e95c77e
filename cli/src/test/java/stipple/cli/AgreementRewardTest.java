package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;
import stipple.data.composition.Renderer;
import stipple.data.composition.Scene;
import stipple.data.composition.SceneObject;
import stipple.data.composition.Shape;
import stipple.data.emoji.EmojiStyle;
import stipple.data.pixels.Pixels;
import stipple.eval.agreement.AgreementScorer;
import stipple.eval.agreement.StyleJudge;
import stipple.eval.run.Pictures;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;
import stipple.train.recipe.RewardRecipe;
import stipple.train.reward.Judged;
import stipple.train.reward.WeightedRewards;

class AgreementRewardTest {
    private static final Path JUDGE = Path.of("..", "judges", "agreement");
    private static final Path STYLE_JUDGE = Path.of("..", "judges", "style");

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
    void the_judges_that_come_with_stipple_are_found_from_any_folder() {
        String before = System.getProperty("stipple.home");
        System.setProperty("stipple.home", "..");
        try (WeightedRewards rewards = new WeightedRewards(List.of(
                new RewardRecipe("agreement", null, null, null), new RewardRecipe("style", null, null, null)))) {
            assertEquals(List.of("agreement", "style"), rewards.names());
        } finally {
            if (before == null) {
                System.clearProperty("stipple.home");
            } else {
                System.setProperty("stipple.home", before);
            }
        }
    }

    @Test
    void a_style_is_right_or_wrong_and_must_be_asked_for() {
        PixelImage flat = Pictures.of(Pixels.filled(64, 64, 255));
        String told;
        try (StyleJudge judge = StyleJudge.load(STYLE_JUDGE)) {
            told = judge.tell(List.of(Pixels.filled(64, 64, 255))).getFirst();
        }
        Function<EmojiStyle, Judged> asked = style -> new Judged("a cup, " + style.phrase(), flat);
        EmojiStyle right = EmojiStyle.ofId(told);
        EmojiStyle wrong = right == EmojiStyle.FLAT ? EmojiStyle.NOTO : EmojiStyle.FLAT;
        RewardRecipe style = new RewardRecipe("style", null, null, Map.of("judge", STYLE_JUDGE.toString()));
        try (WeightedRewards rewards = new WeightedRewards(List.of(style))) {
            assertArrayEquals(
                    new double[] {1, 0},
                    rewards.of(List.of(asked.apply(right), asked.apply(wrong))).total());
            List<Judged> stranger = List.of(new Judged("a cup", flat));
            UserException e = assertThrows(UserException.class, () -> rewards.of(stranger));
            assertTrue(e.getMessage().contains("'a cup'"), e.getMessage());
        }
    }

    @Test
    void a_missing_judge_is_refused() {
        List<RewardRecipe> recipes = List.of(recipe(Path.of("nowhere")));
        assertThrows(UserException.class, () -> new WeightedRewards(recipes));
    }
}
