package stipple.data.composition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.data.build.DrawnSet;
import stipple.data.shards.ShardSet;

class ScenePlanTest {
    private static final Scene SCENE = new Scene(
            Ground.CREAM,
            List.of(
                    new SceneObject(Shape.STAR, Colour.RED, 0xe13330, 0.2612, 0.5, 0.31),
                    new SceneObject(Shape.CUP, Colour.BLUE, 0x2064e6, 0.74, 0.48, 0.28)));

    @Test
    void a_plan_tells_number_colours_places_and_sizes_on_a_grid() {
        assertEquals(
                "2 objects; red star at 25 50 size 30; blue cup at 75 50 size 30; cream ground",
                ScenePlan.of(SCENE).text());
    }

    @Test
    void what_is_written_is_read_back_and_shows_what_the_prompt_asks_for() {
        SceneGenerator generator = new SceneGenerator(3);
        for (int i = 0; i < 200; i++) {
            Scene scene = generator.train(i).scene();
            ScenePlan plan = ScenePlan.of(scene);
            assertEquals(Optional.of(plan), ScenePlan.parse(plan.text()), plan.text());
            // Rounding must not turn positions round.
            for (int k = 1; k < scene.objects().size(); k++) {
                if (scene.objects().size() == 2) {
                    assertEquals(scene.relation(0, k), plan.scene().relation(0, k), plan.text());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a red star",
                "2 objects; red star at 25 50 size 30; white ground",
                "1 object; red dragonfruit at 25 50 size 30; white ground",
                "1 object; red star at 25 50; white ground",
                "1 object; red star at 25 50 size 30; stormy ground",
                "1 object; red star at 25 50 size 30"
            })
    void what_is_no_plan_is_not_read(String text) {
        assertEquals(Optional.empty(), ScenePlan.parse(text));
    }

    @Test
    void a_mistaken_plan_is_another_plan() {
        SceneGenerator generator = new SceneGenerator(4);
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            ScenePlan plan = ScenePlan.of(generator.train(i).scene());
            ScenePlan mistaken = plan.mistaken(random);
            assertNotEquals(plan, mistaken);
            List<SceneObject> kept = new ArrayList<>(plan.scene().objects());
            kept.removeAll(mistaken.scene().objects());
            assertTrue(kept.size() <= 2, "at most two objects are mistaken: " + plan.text() + " / " + mistaken.text());
            int more =
                    mistaken.scene().objects().size() - plan.scene().objects().size();
            assertTrue(Math.abs(more) <= 1, plan.text() + " / " + mistaken.text());
        }
    }

    @Test
    void built_sets_carry_plans_and_refined_captions_for_every_caption(@TempDir Path folder) {
        CompositionBuilder.build(new DrawnSet.Options(folder, 5, 32, 1, 1), p -> {});
        ShardSet train = ShardSet.open(folder, "train");
        for (int i = 0; i < train.size(); i++) {
            JsonNode json = train.get(i).json();
            String plan = ScenePlan.of(Scene.of(json.get("scene"))).text();
            String caption = json.at("/caption/0").asText();
            assertEquals(json.get("caption").size(), json.get("caption_plan").size());
            assertEquals(
                    caption + "<|begin_of_thinking|>" + plan + "<|end_of_thinking|>",
                    json.at("/caption_plan/0").asText());
            String synthesis = json.at("/caption_synthesis/0").asText();
            assertTrue(synthesis.startsWith(caption + "<|begin_of_thinking|>"), synthesis);
            assertTrue(synthesis.endsWith("<|begin_of_thinking|>" + plan + "<|end_of_thinking|>"), synthesis);
            assertTrue(synthesis.split("<.begin_of_thinking.>", -1).length >= 4, synthesis);
            String refined = json.at("/caption_refined/0").asText();
            assertTrue(
                    refined.startsWith(caption + "<|begin_of_prompt_refinement|>")
                            && refined.endsWith("<|end_of_prompt_refinement|>"),
                    refined);
        }
    }
}
