package stipple.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.config.ModelConfigReader;
import stipple.model.config.VaeConfig;
import stipple.torch.UserException;

class CheckpointFilesTest {
    private static final TensorSource A = TestFiles.floats("a", new long[] {2}, 1, 2);
    private static final TensorSource B = TestFiles.floats("b", new long[] {1}, 3);

    @TempDir
    Path dir;

    @Test
    void the_golden_shards_hold_exactly_what_the_config_asks_for() {
        try (CheckpointFiles files = CheckpointFiles.open(TestFiles.GOLDEN)) {
            assertEquals(2, files.files().size());
            ExpectedTensors.check(
                    "golden", BackboneNames.expected(ModelConfigReader.read(TestFiles.GOLDEN)), files.tensors());
            assertArrayEquals(
                    new long[] {300, 64}, files.get("embed_tokens.weight").shape());
            assertTrue(files.find("nothing").isEmpty());
        }
    }

    @Test
    void the_golden_tokenizer_holds_exactly_what_its_config_asks_for() {
        Path vae = TestFiles.GOLDEN.resolve("vae");
        try (CheckpointFiles files = CheckpointFiles.openAutoencoder(vae)) {
            VaeNames names = new VaeNames(VaeConfig.read(vae));
            ExpectedTensors.check("golden", names.expected(), names.canonical(files.tensors()));
        }
    }

    @Test
    void a_single_file_in_a_folder_or_by_itself_is_opened() {
        Path file = dir.resolve("model.safetensors");
        SafetensorsWriter.write(file, List.of(A, B), Map.of());
        for (Path source : List.of(dir, file)) {
            try (CheckpointFiles files = CheckpointFiles.open(source)) {
                assertEquals(2, files.tensors().size());
            }
        }
    }

    @Test
    void shards_without_an_index_are_found_by_pattern_before_other_files() {
        SafetensorsWriter.write(dir.resolve("model-00002-of-00002.safetensors"), List.of(B), Map.of());
        SafetensorsWriter.write(dir.resolve("model-00001-of-00002.safetensors"), List.of(A), Map.of());
        SafetensorsWriter.write(dir.resolve("extra.safetensors"), List.of(A), Map.of());
        try (CheckpointFiles files = CheckpointFiles.open(dir)) {
            assertEquals(List.of("a", "b"), List.copyOf(files.tensors().keySet()));
        }
    }

    @Test
    void a_leading_model_prefix_is_stripped() {
        SafetensorsWriter.write(
                dir.resolve("model.safetensors"),
                List.of(TestFiles.floats("model.norm.weight", new long[] {1}, 1)),
                Map.of());
        try (CheckpointFiles files = CheckpointFiles.open(dir)) {
            assertEquals("norm.weight", files.get("norm.weight").name());
        }
    }

    @Test
    void a_name_with_and_without_the_prefix_is_refused() {
        SafetensorsWriter.write(
                dir.resolve("model.safetensors"), List.of(TestFiles.floats("model.a", new long[] {1}, 1), A), Map.of());
        assertRefused("'a' twice");
    }

    @Test
    void what_is_sharded_reads_back_and_replaces_an_earlier_layout() throws IOException {
        ShardedWriter.write(dir, List.of(A, B), Map.of(), 8);
        assertTrue(Files.exists(dir.resolve("model-00002-of-00002.safetensors")));
        String index = Files.readString(dir.resolve("model.safetensors.index.json"));
        assertTrue(index.contains("\"total_size\" : 12"), index);
        try (CheckpointFiles files = CheckpointFiles.open(dir)) {
            assertArrayEquals(new float[] {3}, TestFiles.floats(files.get("b")));
        }
        ShardedWriter.write(dir, List.of(A), Map.of(), ShardedWriter.DEFAULT_SHARD_BYTES);
        assertFalse(
                Files.exists(dir.resolve("model.safetensors.index.json")), "a stale index would win over the new file");
        assertFalse(Files.exists(dir.resolve("model-00001-of-00002.safetensors")));
        try (CheckpointFiles files = CheckpointFiles.open(dir)) {
            assertEquals(List.of("a"), List.copyOf(files.tensors().keySet()));
        }
    }

    @Test
    void a_missing_shard_is_named() throws IOException {
        ShardedWriter.write(dir, List.of(A, B), Map.of(), 8);
        Files.delete(dir.resolve("model-00002-of-00002.safetensors"));
        assertRefused("Missing shard " + dir.resolve("model-00002-of-00002.safetensors"));
    }

    @Test
    void an_index_that_names_a_tensor_its_shard_lacks_is_refused() throws IOException {
        ShardedWriter.write(dir, List.of(A, B), Map.of(), 8);
        SafetensorsWriter.write(dir.resolve("model-00002-of-00002.safetensors"), List.of(A), Map.of());
        assertRefused("holds 'b', but it does not");
    }

    @Test
    void an_index_that_leaves_its_folder_is_refused() throws IOException {
        for (String shard : List.of("\"../x.safetensors\"", "\"/etc/passwd\"", "3", "\"\"")) {
            Files.writeString(dir.resolve("model.safetensors.index.json"), "{\"weight_map\": {\"a\": " + shard + "}}");
            assertRefused("expected the name of a file beside the index");
        }
    }

    @Test
    void a_folder_without_weights_is_refused() {
        assertRefused("No weights in " + dir);
    }

    @Test
    void a_file_of_another_kind_is_refused() throws IOException {
        Path file = Files.writeString(dir.resolve("weights.gguf"), "GGUF");
        UserException error = assertThrows(UserException.class, () -> CheckpointFiles.open(file));
        assertTrue(error.getMessage().contains(".safetensors"), error.getMessage());
    }

    private void assertRefused(String said) {
        UserException error = assertThrows(
                UserException.class, () -> CheckpointFiles.open(dir).close());
        assertTrue(error.getMessage().contains(said), error.getMessage());
    }
}
