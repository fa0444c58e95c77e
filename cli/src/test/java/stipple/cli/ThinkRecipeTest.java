package stipple.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.build.DrawnSet;
import stipple.data.composition.CompositionBuilder;
import stipple.data.shards.ShardSet;
import stipple.model.text.PromptTokenizer;
import stipple.train.recipe.MixturePart;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;

class ThinkRecipeTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void every_plan_of_the_domain_fits_into_the_rows_of_the_recipe_with_its_end(@TempDir Path folder) {
        Recipe recipe = RecipeReader.read(ROOT.resolve("recipes/post-training/think-then-draw.yaml"), List.of());
        MixturePart composition = recipe.data().mixture().getFirst();
        CompositionBuilder.build(new DrawnSet.Options(folder, 60, 32, 1, 1), p -> {});
        ShardSet train = ShardSet.open(folder, composition.family());
        int longest = 0;
        try (PromptTokenizer tokenizer = PromptTokenizer.open(ROOT.resolve("models/stipple-128"))) {
            for (int i = 0; i < train.size(); i++) {
                for (String key : composition.captions().keySet()) {
                    JsonNode texts = train.get(i).json().path(key);
                    assertTrue(!texts.isEmpty(), key);
                    for (JsonNode text : texts) {
                        longest = Math.max(longest, tokenizer.encode(text.asText()).length);
                    }
                }
            }
        }
        int most = recipe.nextstep().maxText();
        assertTrue(longest <= most && longest > most / 4, longest + " tokens, the recipe allows " + most);
    }
}
