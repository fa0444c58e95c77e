package stipple.model.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.backbone.GenerationPositions;
import stipple.model.checkpoint.CheckpointFiles;
import stipple.model.checkpoint.ShardedWriter;
import stipple.model.checkpoint.TensorSource;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

class NextStepCheckpointTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tiny-a");

    @TempDir
    Path dir;

    @Test
    void closing_a_checkpoint_frees_everything() {
        long before = Tensor.live();
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(GOLDEN, LoadOptions.DEFAULT)) {
            assertEquals(DType.F32, checkpoint.dtype(), "small models run in float32");
            assertTrue(checkpoint.parameters() > checkpoint.weights().count());
            assertArrayEquals(
                    new long[] {300, 64},
                    checkpoint.weights().get("embed_tokens.weight").shape());
        }
        assertEquals(before, Tensor.live());
    }

    @Test
    void a_checkpoint_that_does_not_load_leaves_nothing_behind() throws IOException {
        copyConfig("\"use_gen_pos_embed\": false", "\"use_gen_pos_embed\": false");
        long before = Tensor.live();
        try (CheckpointFiles files = CheckpointFiles.open(GOLDEN)) {
            List<TensorSource> some = new ArrayList<>();
            files.tensors().values().stream()
                    .filter(t -> !t.name().equals("norm.weight"))
                    .forEach(t -> some.add(TensorSource.of(t)));
            ShardedWriter.write(dir, some, Map.of(), Long.MAX_VALUE);
        }
        UserException e = assertThrows(UserException.class, () -> NextStepCheckpoint.load(dir, LoadOptions.DEFAULT));
        assertTrue(e.getMessage().contains("1 missing (norm.weight)"), e.getMessage());
        assertEquals(before, Tensor.live());
    }

    @Test
    void weights_are_cast_to_the_wanted_type() {
        LoadOptions options = LoadOptions.of(DType.BF16);
        try (NextStepCheckpoint narrow = NextStepCheckpoint.load(GOLDEN, options);
                NextStepCheckpoint wide = NextStepCheckpoint.load(GOLDEN, LoadOptions.of(DType.F32));
                Scope scope = Scope.open()) {
            long[][] ids = {{9, 8, 7, 6, 5}};
            Tensor hidden = narrow.model().backbone().forward(narrow.model().embed(ids, null), null);
            assertEquals(DType.BF16, hidden.dtype());
            float[] exact = wide.model()
                    .backbone()
                    .forward(wide.model().embed(ids, null), null)
                    .toFloats();
            assertArrayEquals(exact, hidden.toFloats(), 0.15f, "eight bits of mantissa");
        }
    }

    @Test
    void the_rounding_of_rotary_frequencies_can_be_overridden() {
        try (NextStepCheckpoint own = NextStepCheckpoint.load(GOLDEN, LoadOptions.DEFAULT);
                NextStepCheckpoint exact =
                        NextStepCheckpoint.load(GOLDEN, new LoadOptions(DType.F32, Device.CPU, false))) {
            assertTrue(own.config().backbone().roundedRope());
            assertEquals(false, exact.config().backbone().roundedRope());
        }
    }

    @Test
    void a_position_table_that_is_not_stored_is_computed() throws IOException {
        copyConfig("\"use_gen_pos_embed\": false", "\"use_gen_pos_embed\": true, \"base_image_grid_size\": 5");
        writeWeights(null);
        assertTable(5);
    }

    @Test
    void a_stored_position_table_says_its_own_side() throws IOException {
        copyConfig("\"use_gen_pos_embed\": false", "\"use_gen_pos_embed\": true, \"base_image_grid_size\": 5");
        try (Scope scope = Scope.open()) {
            Tensor table = GenerationPositions.table(3, 64);
            writeWeights(new TensorSource("gen_pos_embed", DType.F32, table.shape(), table::bytes));
        }
        assertTable(3);
    }

    @Test
    void a_stored_position_table_that_is_no_square_is_refused() throws IOException {
        copyConfig("\"use_gen_pos_embed\": false", "\"use_gen_pos_embed\": true, \"base_image_grid_size\": 5");
        try (Scope scope = Scope.open()) {
            Tensor table = Tensors.zeros(DType.F32, 1, 8, 64);
            writeWeights(new TensorSource("gen_pos_embed", DType.F32, table.shape(), table::bytes));
        }
        UserException e = assertThrows(UserException.class, () -> NextStepCheckpoint.load(dir, LoadOptions.DEFAULT));
        assertTrue(e.getMessage().contains("gen_pos_embed"), e.getMessage());
    }

    @Test
    void a_folder_that_is_none_is_refused() {
        UserException e = assertThrows(
                UserException.class, () -> NextStepCheckpoint.load(dir.resolve("none"), LoadOptions.DEFAULT));
        assertTrue(e.getMessage().contains("No model folder"), e.getMessage());
    }

    private void assertTable(int side) {
        try (NextStepCheckpoint checkpoint = NextStepCheckpoint.load(dir, LoadOptions.DEFAULT);
                Scope scope = Scope.open()) {
            assertEquals(side, checkpoint.config().baseImageGridSize());
            Tensor zeros = Tensors.zeros(DType.F32, 1, 64);
            int last = side * side - 1;
            assertArrayEquals(
                    GenerationPositions.table(side, 64).select(1, last).toFloats(),
                    checkpoint.model().withGenerationPosition(zeros, last).toFloats());
            assertThrows(UserException.class, () -> checkpoint.model().withGenerationPosition(zeros, last + 1L));
        }
    }

    private void copyConfig(String from, String to) throws IOException {
        String config = Files.readString(GOLDEN.resolve("config.json"));
        assertTrue(config.contains(from));
        Files.writeString(dir.resolve("config.json"), config.replace(from, to));
        Files.createDirectory(dir.resolve("vae"));
        for (String name : List.of("config.json", "checkpoint.pt")) {
            Files.copy(GOLDEN.resolve("vae").resolve(name), dir.resolve("vae").resolve(name));
        }
    }

    private void writeWeights(TensorSource extra) {
        try (CheckpointFiles files = CheckpointFiles.open(GOLDEN)) {
            List<TensorSource> all = new ArrayList<>();
            // The golden checkpoint stores a table of side 32 that it does not use.
            files.tensors().values().stream()
                    .filter(t -> !t.name().equals("gen_pos_embed"))
                    .forEach(t -> all.add(TensorSource.of(t)));
            if (extra != null) {
                all.add(extra);
            }
            ShardedWriter.write(dir, all, Map.of(), Long.MAX_VALUE);
        }
    }
}
