package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;
import stipple.data.composition.Renderer;
import stipple.data.composition.Scene;
import stipple.data.composition.SceneClass;
import stipple.data.composition.SceneGenerator;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.data.pixels.Pixels;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;
import stipple.train.recipe.RewardRecipe;
import stipple.train.reward.Judged;
import stipple.train.reward.WeightedRewards;

class CompositionRewardTest {
    private static Judged judged(String prompt, Scene scene) {
        Pixels pixels = Renderer.draw(scene, 128);
        return new Judged(prompt, new PixelImage(pixels.width(), pixels.height(), pixels.rgb()));
    }

    private static double[] scores(String rule, List<Judged> pictures) {
        RewardRecipe recipe = new RewardRecipe("composition", null, null, Map.of("rule", rule));
        try (WeightedRewards rewards = new WeightedRewards(List.of(recipe))) {
            return rewards.of(pictures).total();
        }
    }

    /** A training prompt of two coloured objects with a scene that shows it. */
    private record Example(ScenePrompt prompt, Scene scene) {
        static Example find() {
            SceneGenerator generator = new SceneGenerator(1);
            for (int i = 0; i < 20_000; i++) {
                Scene scene = generator.train(i).scene();
                for (ScenePrompt prompt : ScenePrompts.seen(SceneClass.COLOURS)) {
                    if (prompt.fits(scene)) {
                        return new Example(prompt, scene);
                    }
                }
            }
            throw new AssertionError("no scene shows a prompt");
        }
    }

    @Test
    void a_picture_of_what_was_asked_scores_one_and_faults_cost() {
        Example example = Example.find();
        Scene scene = example.scene();
        Colour other = scene.objects().getFirst().colour() == Colour.RED ? Colour.BLUE : Colour.RED;
        Scene wrong = scene.with(List.of(scene.objects().getFirst().recoloured(other)));
        String prompt = example.prompt().text();
        List<Judged> pictures = List.of(
                judged(prompt, scene),
                judged(prompt + "<|begin_of_thinking|>1 object<|end_of_thinking|>", scene),
                judged(prompt, wrong),
                judged(prompt, scene.with(List.of())));
        double[] graded = scores("graded", pictures);
        assertEquals(1, graded[0]);
        assertEquals(1, graded[1]);
        assertTrue(graded[2] < 1 && graded[2] > graded[3], graded[2] + " and " + graded[3]);
        double[] exact = scores("exact", pictures);
        assertEquals(1, exact[0]);
        assertEquals(0, exact[2]);
        assertEquals(0, exact[3]);
    }

    @Test
    void every_prompt_that_can_be_trained_on_is_known_in_every_wording() {
        Scene empty = new Scene(Ground.WHITE, List.of());
        List<Judged> pictures = new ArrayList<>();
        for (SceneClass type : SceneClass.values()) {
            List<ScenePrompt> prompts = ScenePrompts.seen(type, ScenePrompts.MOST_SEEN);
            pictures.add(judged(prompts.getLast().text(), empty));
        }
        for (double score : scores("exact", pictures)) {
            assertEquals(0, score);
        }
    }

    @Test
    void prompts_of_other_domains_and_unknown_rules_are_refused() {
        List<Judged> stranger = List.of(judged("a dog face", Example.find().scene()));
        UserException e = assertThrows(UserException.class, () -> scores("graded", stranger));
        assertTrue(e.getMessage().contains("'a dog face'"), e.getMessage());
        assertThrows(UserException.class, () -> scores("kind", stranger));
    }
}
