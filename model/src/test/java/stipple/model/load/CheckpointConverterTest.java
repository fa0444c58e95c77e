package stipple.model.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.StoredTensor;
import stipple.torch.DType;
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
}
