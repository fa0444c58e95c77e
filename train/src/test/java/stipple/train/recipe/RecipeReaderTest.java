package stipple.train.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.torch.DType;
import stipple.torch.UserException;
import stipple.train.TinyRuns;

class RecipeReaderTest {
    @TempDir
    private static Path temp;

    private static Path file() {
        return TinyRuns.recipesIn(temp).autoencoderFile("run");
    }

    private static String refusal(Path file, String... overrides) {
        String message = assertThrows(UserException.class, () -> RecipeReader.read(file, List.of(overrides)))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private static Path changed(String from, String to) throws IOException {
        String text = Files.readString(file());
        assertTrue(text.contains(from), from);
        return Files.writeString(temp.resolve("changed.yaml"), text.replace(from, to));
    }

    @Test
    void whatIsWrittenReadsBackAsTheSameRecipe() throws IOException {
        Recipe recipe = RecipeReader.read(file(), List.of("seed=3"));
        Path copy = Files.writeString(temp.resolve("copy.yaml"), RecipeReader.write(recipe));
        assertEquals(recipe, RecipeReader.read(copy, List.of()));
        assertEquals(3, recipe.seed());
        assertEquals(DType.BF16, recipe.compute());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "lr: 2.0e-3|learning_rate: 2.0e-3|unknown key 'learning_rate' in section 'optimizer'",
                "warmup: 2|warmpu: 2|unknown key 'warmpu' in section 'optimizer'; did you mean 'warmup' in section"
                        + " 'optimizer'?",
                "seed: 5|sed: 5|unknown key 'sed' at the top level; did you mean 'seed' at the top level?",
                "batch: 2|beta1: 2|unknown key 'beta1' at the top level; did you mean 'beta1' in section 'optimizer'?",
                "res_blocks: 1|resblocks: 1|unknown key 'resblocks' in section 'autoencoder'; did you mean"
                        + " 'res_blocks' in section 'autoencoder'?",
                "every: 4|evry: 4|unknown key 'evry' in section 'checkpoint'; did you mean 'every' in section"
                        + " 'checkpoint'? Known in section 'checkpoint': best, every, keep",
            })
    void anUnknownKeyIsRefusedWithTheNearestKnownOneAndItsSection(String from, String to, String expected)
            throws IOException {
        String message = refusal(changed(from, to));
        assertTrue(message.contains(expected), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "steps: 12|steps: 1.5|bad value 1.5 at 'steps'",
                "steps: 12|steps: many|bad value \"many\" at 'steps'",
                "steps: 12|steps: 0|steps must be above 0, got 0",
                "batch: 2|batch: 3000000000|bad value 3000000000 at 'batch'",
                "batch: 2|batch: [2]|bad value [2] at 'batch'",
                "lr: 2.0e-3|lr: -1|optimizer.lr must be above 0, got -1",
                "ema: 0.9|ema: 1|ema must be in [0, 1), got 1",
                "schedule: cosine|schedule: linear|unknown optimizer.schedule 'linear'; use constant or cosine",
                "dtype: bfloat16|dtype: float8|Unknown dtype 'float8'",
                "dtype: bfloat16|dtype: float16|dtype must be float32 or bfloat16 for training, got float16",
                "objective: autoencoder|objective: gan|unknown objective 'gan'",
                "seed: 5|seed:|the key 'seed' is missing",
                "keep: 2|keep: 0|checkpoint.keep must be above 0",
                "ch: 32|ch: 0|autoencoder.ch must be above 0",
                "seed: 5|seed: 5\\nseed: 6|Duplicate",
                "accumulate: 1|accumulate: 3|batch (2) must be a multiple of accumulate (3)",
                "autoencoder:|autoencodr:|unknown key 'autoencodr' at the top level; did you mean 'autoencoder'",
            })
    void aBadValueIsRefusedWithItsKeyAndWhatWasGiven(String from, String to, String expected) throws IOException {
        String message = refusal(changed(from, to.replace("\\n", "\n")));
        assertTrue(message.contains(expected), message);
    }

    @Test
    void aRecipeWithoutASectionItNeedsNamesTheSection() throws IOException {
        String text = Files.readString(file());
        Path cut = Files.writeString(temp.resolve("cut.yaml"), text.substring(0, text.indexOf("autoencoder: {")));
        assertTrue(refusal(cut).contains("'autoencoder' is missing"), refusal(cut));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rewards=[{\"kind\":\"pixels\"}]|does not read the section 'rewards'",
                "lora.rank=2|does not read the section 'lora'",
                "classifier.label=style classifier.hidden=4 classifier.blur=0.5 classifier.noise=0.01|does not read the section 'classifier'",
                "dpo.pairs=build/pairs dpo.beta=1|does not read the section 'dpo'",
                "grpo.prompts=composition grpo.group=2 grpo.steps=2|does not read the section 'grpo'",
                "data.order=shards|belong to a data.mixture",
                "data.prefetch=3|belong to a data.mixture",
                "data.latents=build/latents|data.latents"
            })
    void what_the_objective_would_not_read_is_refused_by_name(String override, String expected) {
        String refusal = refusal(file(), override.split(" "));
        assertTrue(refusal.contains(expected), refusal);
    }

    @Test
    void pre_training_needs_what_post_training_may_leave_out() {
        Path rows = Path.of("..", "recipes", "emoji-64.yaml");
        assertTrue(refusal(rows, "nextstep.drop_text=null").contains("'nextstep.drop_text' is missing"));
        assertTrue(refusal(rows, "nextstep.head_repeats=null").contains("'nextstep.head_repeats' is missing"));
        Recipe pairs = RecipeReader.read(
                Path.of("..", "recipes", "post-training", "dpo.yaml"), List.of("nextstep.head_repeats=null"));
        assertEquals(pairs, RecipeReader.read(written(pairs), List.of()));
    }

    private static Path written(Recipe recipe) {
        try {
            return Files.writeString(temp.resolve("written.yaml"), RecipeReader.write(recipe));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void overridesReachEverySectionAlsoOneThatTheFileLeavesOut() throws IOException {
        Path file = file();
        Recipe recipe = RecipeReader.read(
                file, List.of("optimizer.lr=1e-4", "data.styles=[flat, noto]", "samples.prompts=[a, b]", "output=x=y"));
        assertEquals(1e-4, recipe.optimizer().lr());
        assertEquals(List.of("flat", "noto"), recipe.data().styles());
        assertEquals(List.of("a", "b"), recipe.samples().prompts());
        assertEquals("x=y", recipe.output());
        Path cut = Files.writeString(
                temp.resolve("nosection.yaml"),
                Files.readString(file).replace("checkpoint: {every: 4, keep: 2}\n", ""));
        Recipe added = RecipeReader.read(cut, List.of("checkpoint.every=7", "checkpoint.keep=1"));
        assertEquals(7, added.checkpoint().every());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "optimizer.lr|--set wants key=value",
                "=1|--set wants key=value",
                "optimizer.learning=1|unknown key 'learning' in section 'optimizer'; did you mean",
                "optimiser.lr=1|there is no section 'optimiser'; sections are",
                "lr=1|unknown key 'lr' at the top level; did you mean 'lr' in section 'optimizer'?",
                "optimizer=1|'optimizer' is a section; set one of its keys",
                "optimizer.lr=[1|the value is not valid YAML",
                "optimizer.lr=fast|bad value \"fast\" at 'optimizer.lr'",
                "steps.x=1|there is no section 'steps'",
            })
    void anOverrideThatCannotBeAppliedSaysWhy(String override, String expected) {
        String message = refusal(file(), override);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void aMissingFileAndOneThatIsNoRecipeAreRefused() throws IOException {
        assertTrue(refusal(temp.resolve("none.yaml")).contains("No recipe at"));
        Path list = Files.writeString(temp.resolve("list.yaml"), "- a\n- b\n");
        assertTrue(refusal(list).contains("must be a YAML mapping"), refusal(list));
        Path empty = Files.writeString(temp.resolve("empty.yaml"), "");
        assertTrue(refusal(empty).contains("must be a YAML mapping"), refusal(empty));
        Path broken = Files.writeString(temp.resolve("broken.yaml"), "a: [1\nb: 2\n");
        assertTrue(refusal(broken).contains("not valid YAML"), refusal(broken));
    }

    @Test
    void theShippedRecipesAreRecipes() throws IOException {
        Path recipes = Path.of("..", "recipes");
        try (var files = Files.list(recipes)) {
            List<Path> all = files.filter(f -> f.toString().endsWith(".yaml")).toList();
            assertTrue(all.size() >= 2);
            for (Path file : all) {
                assertTrue(RecipeReader.read(file, List.of()).steps() > 0);
            }
        }
    }

    @Test
    void theDistanceOfWordsCountsSingleLetters() {
        assertEquals(0, RecipeKeys.distance("seed", "seed"));
        assertEquals(3, RecipeKeys.distance("kitten", "sitting"));
        assertEquals(4, RecipeKeys.distance("", "seed"));
        assertEquals(2, RecipeKeys.distance("evry", "eveyr"));
    }
}
