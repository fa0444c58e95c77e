package stipple.train.start;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.Objectives;
import stipple.train.TinyRuns;
import stipple.train.objective.BatchPart;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.run.Trainer;

/** Runs that start from an earlier stage or from a language model. */
class StartTest {
    @TempDir
    private static Path temp;

    private static TinyRuns tiny;
    private static Path stage;

    @BeforeAll
    static void trainAStage() {
        tiny = TinyRuns.in(temp);
        stage = train(tiny.nextStep("stage", "steps=3", "samples.prompts=[]"));
    }

    private static Path train(Recipe recipe) {
        try (Objective objective = Objectives.of(recipe);
                Trainer trainer = new Trainer(recipe, objective, event -> {})) {
            trainer.run();
        }
        return Path.of(recipe.output()).resolve("model");
    }

    private static Recipe from(Path init, String output, String... overrides) {
        return tiny.nextStep(output, with(new String[] {"nextstep.init=" + init}, overrides));
    }

    private static String[] with(String[] overrides, String... more) {
        List<String> all = new ArrayList<>(List.of(overrides));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String refusal(Recipe recipe) {
        long before = Tensor.live();
        String message = assertThrows(
                        UserException.class, () -> Objectives.of(recipe).close())
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertEquals(before, Tensor.live(), "what was opened before is closed");
        return message;
    }

    private static float[] stored(Path folder, String name) {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"));
                Scope scope = Scope.open()) {
            var tensor = file.tensors().get(name);
            return Tensors.copyOf(tensor.data(), tensor.dtype(), tensor.shape())
                    .to(DType.F32)
                    .toFloats();
        }
    }

    @Test
    void a_stage_starts_with_the_weights_shape_and_tokenizers_of_the_one_before() {
        Recipe recipe = from(stage, "second", NO_SHAPE);
        assertEquals(null, recipe.nextstep().hidden());
        try (Objective objective = Objectives.of(recipe)) {
            for (String name :
                    List.of("layers.1.mlp.up_proj.weight", "lm_head.weight", "image_head.net.input_proj.bias")) {
                assertArrayEquals(
                        stored(stage, name), objective.weights().get(name).toFloats(), name);
            }
            List<String> news = objective.news();
            assertEquals(1, news.size(), news::toString);
            assertTrue(news.getFirst().matches("start: (\\d+) of \\1 tensors from the model .*"), news::toString);
            assertTrue(objective.news().isEmpty(), "said once");
        }
        Path model = train(recipe);
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(model, LoadOptions.DEFAULT)) {
            assertEquals(291, checkpoint.tokenizer().size());
            assertEquals(32, checkpoint.config().generation().width());
        }
    }

    /** Leaves what a start point says to it. */
    private static final String[] NO_SHAPE = {
        "nextstep.hidden=null",
        "nextstep.layers=null",
        "nextstep.heads=null",
        "nextstep.kv_heads=null",
        "nextstep.intermediate=null",
        "nextstep.head_dim=null",
        "nextstep.head_layers=null",
        "nextstep.tokenizer=null",
        "nextstep.autoencoder=null"
    };

    @Test
    void parts_that_the_recipe_wants_afresh_start_at_random_and_are_named() {
        Recipe recipe = from(stage, "afresh", "nextstep.reinit=[image_head]", "nextstep.head_dim=16");
        try (Objective objective = Objectives.of(recipe)) {
            assertEquals(
                    16,
                    objective.weights().get("image_head.net.input_proj.bias").size(0));
            assertArrayEquals(
                    stored(stage, "layers.0.mlp.up_proj.weight"),
                    objective.weights().get("layers.0.mlp.up_proj.weight").toFloats());
            String news = String.join("\n", objective.news());
            assertTrue(news.contains("fresh are image_head, "), news);
        }
    }

    @Test
    void frozen_parts_are_neither_trained_nor_saved_but_exported() throws IOException {
        Recipe recipe = from(stage, "frozen", "nextstep.freeze=[embed_tokens, layers.0]", "steps=4");
        Path model = train(recipe);
        String frozen = "layers.0.self_attn.q_proj.weight";
        assertArrayEquals(stored(stage, frozen), stored(model, frozen));
        String moving = "layers.1.self_attn.q_proj.weight";
        assertFalse(java.util.Arrays.equals(stored(stage, moving), stored(model, moving)));
        Path saved = Path.of(recipe.output()).resolve("checkpoint-4/weights.safetensors");
        try (SafetensorsFile file = SafetensorsFile.open(saved)) {
            assertFalse(file.tensors().containsKey(frozen));
            assertTrue(file.tensors().containsKey(moving));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "layers.0.mlp.up_proj.weight, layers.0, true",
        "layers.0.mlp.up_proj.weight, layers.*.mlp, true",
        "layers.12.mlp.up_proj.weight, layers.*.mlp, true",
        "layers.0.self_attn.q_proj.weight, layers.*.mlp, false",
        "layers.10.mlp.up_proj.weight, layers.1, false",
        "norm.weight, norm.weight.*, false"
    })
    void parts_are_named_by_whole_words_or_stars_for_them(String name, String start, boolean begins) {
        assertEquals(begins, ModelWeights.begins(name, start));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nextstep.hidden=64 | nextstep.hidden is 64, but that of nextstep.init is 32",
                "nextstep.head_layers=3 | nextstep.head_layers is 3, but that of nextstep.init is 2",
                "nextstep.vocab=20 | nextstep.vocab is 20, but the tokenizer has 291 tokens",
                "nextstep.untie=true | is not shared with the embedding",
                "nextstep.freeze=[layer] | nextstep.freeze names 'layer'",
                "nextstep.reinit=[head] | nextstep.reinit names 'head'",
                "nextstep.init=/nowhere | there is no folder /nowhere",
            })
    void what_does_not_fit_is_refused_by_its_key(String override, String expected) {
        String message = refusal(from(stage, "misfit", override));
        assertTrue(message.contains(expected), message);
    }

    @Test
    void a_language_model_keeps_its_weights_and_gets_tokens_projectors_and_a_flow_head() throws IOException {
        QwenFolder qwen = QwenFolder.write(temp.resolve("qwen"), 300, false);
        Recipe recipe = from(qwen.folder(), "from-qwen", with(NO_SHAPE_BUT_HEAD, "steps=2"));
        try (Objective objective = Objectives.of(recipe);
                Scope scope = Scope.open()) {
            String layer = "layers.1.self_attn.k_proj.bias";
            assertArrayEquals(
                    qwen.weights().get("model." + layer),
                    objective.weights().get(layer).toFloats());
            // 280 known tokens, ten new ones behind them, and the rows that the file has for no token.
            float[] rows = objective.weights().get("embed_tokens.weight").toFloats();
            float[] old = qwen.weights().get("model.embed_tokens.weight");
            assertEquals(300 * QwenFolder.HIDDEN, rows.length);
            for (int i = 0; i < old.length; i++) {
                int token = i / QwenFolder.HIDDEN;
                assertEquals(token < qwen.tokens() || token >= qwen.tokens() + 10, rows[i] == old[i], "row " + token);
            }
            double mean = 0;
            double fresh = 0;
            for (int token = 0; token < qwen.tokens() + 10; token++) {
                double value = rows[token * QwenFolder.HIDDEN];
                if (token < qwen.tokens()) {
                    mean += value / qwen.tokens();
                } else {
                    fresh += value / 10;
                }
            }
            assertEquals(mean, fresh, 0.01, "new rows lie around the mean of the known ones");
            String news = String.join("\n", objective.news());
            assertTrue(news.contains("from the language model"), news);
            assertTrue(news.contains("fresh are image_in_projector, image_out_projector, image_head, "), news);
            assertTrue(news.contains("10 new tokens"), news);
            objective.weights().all().values().forEach(stipple.torch.Autograd::track);
            try (stipple.torch.Rng rng = new stipple.torch.Rng(1)) {
                Objective.Losses losses = objective.losses(BatchPart.whole(new long[] {0, 1}), rng);
                assertTrue(Double.isFinite(losses.total().item()));
            }
        }
        Path model = train(recipe);
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(model, LoadOptions.DEFAULT)) {
            assertEquals(300, checkpoint.config().backbone().vocab());
            assertEquals(qwen.tokens() + 1, checkpoint.tokenizer().id("<|image_area|>"));
            assertEquals(QwenFolder.POSITIONS, checkpoint.config().backbone().maxPositions());
            assertFalse(checkpoint.config().backbone().roundedRope());
        }
        assertFalse(Files.readString(model.resolve("config.json")).contains("qwen2"));
    }

    private static final String[] NO_SHAPE_BUT_HEAD = {
        "nextstep.hidden=null",
        "nextstep.layers=null",
        "nextstep.heads=null",
        "nextstep.kv_heads=null",
        "nextstep.intermediate=null",
        "nextstep.tokenizer=null"
    };

    @Test
    void a_head_that_is_shared_with_the_embedding_is_refused_until_the_recipe_unties_it_and_tables_grow()
            throws IOException {
        QwenFolder qwen = QwenFolder.write(temp.resolve("tied"), 280, true);
        String message = refusal(from(qwen.folder(), "tied", NO_SHAPE_BUT_HEAD));
        assertTrue(message.contains("tie_word_embeddings") && message.contains("nextstep.untie: true"), message);
        Recipe recipe = from(qwen.folder(), "untied", with(NO_SHAPE_BUT_HEAD, "nextstep.untie=true"));
        try (Objective objective = Objectives.of(recipe)) {
            assertEquals(290, objective.weights().get("embed_tokens.weight").size(0));
            float[] head = objective.weights().get("lm_head.weight").toFloats();
            float[] old = qwen.weights().get("model.embed_tokens.weight");
            for (int i = 0; i < old.length; i++) {
                assertEquals(old[i], head[i], "the head begins as the embedding");
            }
            String news = String.join("\n", objective.news());
            assertTrue(news.contains("a copy of the embedding"), news);
        }
    }
}
