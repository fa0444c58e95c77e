package stipple.train.start;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stipple.model.checkpoint.SafetensorsFile;
import stipple.model.load.CheckpointConverter;
import stipple.model.load.LoadOptions;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.lora.AdapterChoice;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.train.Objectives;
import stipple.train.TinyRuns;
import stipple.train.TrainingRun;
import stipple.train.recipe.Recipe;

/** Fine-tuning by adapters. */
class LoraTrainingTest {
    private static final String[] LORA = {
        "lora.rank=2",
        "lora.targets=[q_proj, up_proj, image_out_projector]",
        "steps=8",
        "checkpoint.every=2",
        "checkpoint.keep=5",
        "samples.every=4"
    };

    @TempDir
    private static Path temp;

    private static TinyRuns tiny;
    private static Path base;

    @BeforeAll
    static void trainTheBase() {
        tiny = TinyRuns.in(temp);
        base = TrainingRun.of(tiny.nextStep("base", "steps=2", "samples.prompts=[]"))
                .model();
    }

    private static Recipe recipe(String output, String... more) {
        String[] all = java.util.Arrays.copyOf(LORA, LORA.length + more.length + 1);
        System.arraycopy(more, 0, all, LORA.length, more.length);
        all[all.length - 1] = "nextstep.init=" + base;
        return tiny.nextStep(output, all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lora.dropout=0.5", "nextstep.activation_checkpointing=true"})
    void an_interrupted_run_ends_with_the_adapters_of_one_that_was_not(String variant) throws IOException {
        String[] changes = variant.isEmpty() ? new String[0] : new String[] {variant};
        String name = "run" + variant.replaceAll("\\W", "");
        Recipe straight = recipe(name + "-straight", changes);
        Recipe broken = recipe(name + "-broken", changes);
        long before = Tensor.live();
        TrainingRun.of(straight);
        assertEquals(before, Tensor.live());
        TrainingRun.until(broken, 3);
        TrainingRun.until(broken, 6);
        TrainingRun.of(broken);
        TrainingRun.assertSameState(straight, broken, "checkpoint-8", "weights", "means", "squares", "average");
    }

    @Test
    void adapters_alone_are_saved_and_what_is_exported_draws_as_the_merged_model_does() {
        Recipe recipe = recipe("exported", "optimizer.lr=0.05");
        Path adapter = TrainingRun.of(recipe).model();
        try (SafetensorsFile saved =
                SafetensorsFile.open(Path.of(recipe.output()).resolve("checkpoint-8/weights.safetensors"))) {
            assertEquals(2 * 5, saved.tensors().size(), "two factors beside two layers' two projections and one more");
            assertTrue(saved.tensors().keySet().stream().allMatch(name -> name.contains(".lora_")));
        }
        assertTrue(Files.exists(adapter.resolve("adapter_config.json")));
        assertFalse(Files.exists(adapter.resolve("config.json")));
        Path merged = temp.resolve("merged");
        List<AdapterChoice> choice = List.of(new AdapterChoice(adapter, 1));
        CheckpointConverter.convert(base, merged, null, choice);
        try (NextStepCheckpoint plain = NextStepCheckpoint.load(base, LoadOptions.DEFAULT);
                NextStepCheckpoint stored = NextStepCheckpoint.load(merged, LoadOptions.DEFAULT);
                NextStepCheckpoint added = NextStepCheckpoint.load(base, LoadOptions.DEFAULT.withAdapters(choice))) {
            new TreeMap<>(plain.weights().all()).forEach((name, tensor) -> {
                float[] with = added.weights().get(name).toFloats();
                assertArrayEquals(stored.weights().get(name).toFloats(), with, name);
                boolean changed = !java.util.Arrays.equals(tensor.toFloats(), with);
                boolean target = name.matches(".*(q_proj|up_proj|image_out_projector)\\.weight");
                assertEquals(target, changed, name);
            });
        }
    }

    @Test
    void what_adapters_cannot_do_is_refused_by_its_key() {
        UserException scratch = assertThrows(UserException.class, () -> tiny.nextStep("scratch", "lora.rank=2"));
        assertTrue(scratch.getMessage().contains("nextstep.init"), scratch.getMessage());
        UserException none = assertThrows(
                UserException.class,
                () -> Objectives.of(recipe("none", "lora.targets=[nothing]")).close());
        assertTrue(none.getMessage().contains("nothing"), none.getMessage());
        UserException random = assertThrows(
                UserException.class,
                () -> Objectives.of(recipe("random", "nextstep.reinit=[image_head]"))
                        .close());
        assertTrue(random.getMessage().contains("stay random"), random.getMessage());
    }
}
