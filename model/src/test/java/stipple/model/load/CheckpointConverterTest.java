package stipple.model.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.StoredTensor;
import stipple.model.lora.AdapterChoice;
import stipple.model.lora.Lora;
import stipple.model.lora.LoraConfig;
import stipple.model.lora.LoraFiles;
import stipple.model.nn.LowRank;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

class CheckpointConverterTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");

    @TempDir
    Path dir;

    @Test
    void aConvertedCheckpointLoadsAndHoldsEveryTensorRounded() {
        long before = Tensor.live();
        Path to = dir.resolve("bf16");
        CheckpointConverter.convert(GOLDEN, to, DType.BF16);
        try (CheckpointFiles old = CheckpointFiles.open(GOLDEN);
                CheckpointFiles fresh = CheckpointFiles.open(to);
                Scope scope = Scope.open()) {
            assertEquals(old.tensors().keySet(), fresh.tensors().keySet());
            for (StoredTensor tensor : old.tensors().values()) {
                StoredTensor stored = fresh.get(tensor.name());
                assertEquals(DType.BF16, stored.dtype(), tensor.name());
                float[] wanted = Tensors.copyOf(tensor.data(), tensor.dtype(), tensor.shape())
                        .to(DType.BF16)
                        .toFloats();
                assertArrayEquals(
                        wanted,
                        Tensors.copyOf(stored.data(), stored.dtype(), stored.shape())
                                .toFloats(),
                        tensor.name());
            }
        }
        try (NextStepCheckpoint loaded = NextStepCheckpoint.load(to, LoadOptions.of(DType.BF16))) {
            assertEquals(DType.BF16, loaded.dtype());
        }
        assertEquals(before, Tensor.live());
    }

    @Test
    void aFolderThatIsNotEmptyIsRefusedAndLeftAlone() throws Exception {
        Path to = Files.createDirectory(dir.resolve("full"));
        Files.writeString(to.resolve("mine.txt"), "mine");
        UserException refused =
                assertThrows(UserException.class, () -> CheckpointConverter.convert(GOLDEN, to, DType.BF16));
        assertTrue(refused.getMessage().contains("not empty"), refused.getMessage());
        assertEquals("mine", Files.readString(to.resolve("mine.txt")));
    }

    @Test
    void adapters_merged_into_a_copy_give_the_weights_that_loading_with_them_gives() {
        long before = Tensor.live();
        Path adapter = dir.resolve("adapter");
        LoraConfig config = new LoraConfig(2, 4, List.of("q_proj", "image_out_projector"));
        try (NextStepCheckpoint base = NextStepCheckpoint.load(GOLDEN, LoadOptions.of(DType.F32));
                Weights fresh = Lora.fresh(base.weights(), config, 3);
                Rng rng = new Rng(4);
                Scope scope = Scope.open()) {
            fresh.all().forEach((name, tensor) -> {
                if (name.endsWith(LowRank.UP)) {
                    tensor.copyInPlace(rng.normal(tensor.shape()));
                }
            });
            LoraFiles.write(adapter, config, fresh, GOLDEN.toString());
        }
        List<AdapterChoice> choices = List.of(new AdapterChoice(adapter, 0.5), new AdapterChoice(adapter, 0.25));
        Path merged = dir.resolve("merged");
        CheckpointConverter.convert(GOLDEN, merged, null, choices);
        LoadOptions plain = LoadOptions.of(DType.F32);
        try (NextStepCheckpoint base = NextStepCheckpoint.load(GOLDEN, plain);
                NextStepCheckpoint stored = NextStepCheckpoint.load(merged, plain);
                NextStepCheckpoint loaded = NextStepCheckpoint.load(GOLDEN, plain.withAdapters(choices))) {
            String changed = "layers.1.self_attn.q_proj.weight";
            assertTrue(Math.abs(base.weights().get(changed).toFloats()[0]
                            - stored.weights().get(changed).toFloats()[0])
                    > 1e-4);
            stored.weights().all().forEach((name, tensor) -> {
                float[] wanted = loaded.weights().get(name).toFloats();
                assertArrayEquals(wanted, tensor.toFloats(), 0.02f * max(wanted), name);
            });
        }
        assertEquals(before, Tensor.live());
        LoadOptions foreign = plain.withAdapters(List.of(new AdapterChoice(dir.resolve("merged"), 1)));
        UserException refused = assertThrows(UserException.class, () -> NextStepCheckpoint.load(GOLDEN, foreign));
        assertTrue(refused.getMessage().contains("No adapter in"), refused.getMessage());
        assertEquals(before, Tensor.live());
    }

    private static float max(float[] values) {
        float most = 0;
        for (float value : values) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }
}
