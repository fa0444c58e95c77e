package stipple.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.torch.DType;
import stipple.torch.UserException;

class SafetensorsFileTest {
    @TempDir
    Path dir;

    @Test
    void reads_the_golden_file() {
        try (SafetensorsFile file = SafetensorsFile.open(TestFiles.GOLDEN.resolve("expected.safetensors"))) {
            StoredTensor ids = file.tensors().get("backbone.input_ids");
            assertEquals(DType.I64, ids.dtype());
            assertArrayEquals(new long[] {2, 9}, ids.shape());
            assertEquals(144, ids.data().byteSize());
            assertArrayEquals(new long[0], file.tensors().get("train.loss").shape());
            assertEquals(1, TestFiles.floats(file.tensors().get("train.loss")).length);
        }
    }

    @Test
    void what_is_written_reads_back_bit_for_bit() {
        Path path = dir.resolve("sub/a.safetensors");
        short[] halves = {1, -2, 3};
        SafetensorsWriter.write(
                path,
                List.of(
                        new TensorSource("half", DType.BF16, new long[] {3}, () -> MemorySegment.ofArray(halves)),
                        TestFiles.floats("b", new long[] {2, 2}, 1, 2, 3, Float.NaN),
                        TestFiles.floats("a", new long[0], -0.0f),
                        TestFiles.floats("none", new long[] {0, 7})),
                Map.of("made by", "a \"test\""));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(
                    List.of("a", "b", "none", "half"),
                    List.copyOf(file.tensors().keySet()));
            assertArrayEquals(
                    new float[] {1, 2, 3, Float.NaN},
                    TestFiles.floats(file.tensors().get("b")));
            assertArrayEquals(
                    new float[] {-0.0f}, TestFiles.floats(file.tensors().get("a")));
            assertEquals(0, file.tensors().get("none").count());
            assertEquals(6, file.tensors().get("half").data().byteSize());
            assertEquals(Map.of("format", "pt", "made by", "a \"test\""), file.metadata());
        }
    }

    @Test
    void the_same_tensors_in_any_order_give_the_same_aligned_bytes() throws IOException {
        TensorSource a = TestFiles.floats("a", new long[] {1}, 1);
        TensorSource b = TestFiles.floats("b", new long[] {1}, 2);
        SafetensorsWriter.write(dir.resolve("1"), List.of(a, b), Map.of());
        SafetensorsWriter.write(dir.resolve("2"), List.of(b, a), Map.of());
        byte[] bytes = Files.readAllBytes(dir.resolve("1"));
        assertArrayEquals(bytes, Files.readAllBytes(dir.resolve("2")));
        assertEquals(0, (bytes.length - 8) % 8, "header and data are aligned");
    }

    @Test
    void a_tensor_whose_bytes_do_not_fit_is_refused_and_leaves_no_file() throws IOException {
        TensorSource wrong = TestFiles.floats("w", new long[] {3}, 1, 2);
        UserException error = assertThrows(
                UserException.class, () -> SafetensorsWriter.write(dir.resolve("w"), List.of(wrong), Map.of()));
        assertTrue(error.getMessage().contains("'w'"), error.getMessage());
        try (var left = Files.list(dir)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void a_failed_rewrite_keeps_the_earlier_file() throws IOException {
        Path path = dir.resolve("w.safetensors");
        SafetensorsWriter.write(path, List.of(TestFiles.floats("w", new long[] {1}, 7)), Map.of());
        byte[] before = Files.readAllBytes(path);
        TensorSource wrong = TestFiles.floats("w", new long[] {3}, 1, 2);
        assertThrows(UserException.class, () -> SafetensorsWriter.write(path, List.of(wrong), Map.of()));
        assertArrayEquals(before, Files.readAllBytes(path));
    }

    @Test
    void one_name_twice_is_not_written() {
        TensorSource w = TestFiles.floats("w", new long[] {1}, 1);
        assertThrows(UserException.class, () -> SafetensorsWriter.write(dir.resolve("w"), List.of(w, w), Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 4 | truncated",
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 12 | 4 bytes after tensor 'w' belong to no",
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} | 12 | 4 bytes before tensor 'w' belong to no",
                "{'w':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | 8 | needs 12 bytes",
                "{'w':{'dtype':'Q8','shape':[2],'data_offsets':[0,8]}} | 8 | dtype \"Q8\"",
                "{'w':{'shape':[2],'data_offsets':[0,8]}} | 8 | dtype (none)",
                "{'w':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | 8 | shape [-2]",
                "{'w':{'dtype':'F32','shape':2,'data_offsets':[0,8]}} | 8 | shape 2",
                "{'w':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}} | 8 | shape [2.0]",
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | 8 | data_offsets [8,0]",
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0]}} | 8 | data_offsets [0]",
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,99999999999999999999]}} | 8 | data_offsets",
                "{'w':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}} | 8 | impossible shape",
                "{'w':{'dtype':'F32','shape':[0,9223372036854775807,3],'data_offsets':[0,0]}} | 8 | 8 bytes",
                "{'w':3} | 8 | 'w'",
                "{'__metadata__':{'a':1}} | 0 | 'a' must be a string",
                "{'__metadata__':[]} | 0 | __metadata__",
                "['w'] | 0 | not a JSON object",
                "{'w':{'dtype':'F32','shape':[2] | 0 | not valid JSON",
            })
    void a_lying_header_is_refused_in_one_line(String header, int dataBytes, String said) throws IOException {
        Path path = TestFiles.safetensors(dir.resolve("x.safetensors"), header.replace('\'', '"'), dataBytes);
        assertRefused(path, said);
    }

    @Test
    void overlapping_tensors_are_refused_by_name() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}";
        assertRefused(
                TestFiles.safetensors(dir.resolve("x.safetensors"), header, 12), "'b' at byte 4 overlaps tensor 'a'");
    }

    @Test
    void a_name_twice_in_the_header_is_refused() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
        assertRefused(TestFiles.safetensors(dir.resolve("x.safetensors"), header, 8), "Duplicate");
    }

    @Test
    void a_truncated_header_is_refused_with_its_length() throws IOException {
        byte[] json = "{\"a\":".getBytes(StandardCharsets.UTF_8);
        assertRefused(TestFiles.safetensors(dir.resolve("x.safetensors"), 4000, json, 0), "header of 4000 bytes");
    }

    @Test
    void a_header_of_absurd_length_is_refused() throws IOException {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        assertRefused(TestFiles.safetensors(dir.resolve("x"), -1, json, 0), "18446744073709551615");
        assertRefused(TestFiles.safetensors(dir.resolve("x"), 1L << 40, json, 0), "1099511627776");
    }

    @Test
    void an_empty_or_missing_file_is_refused() throws IOException {
        assertRefused(Files.createFile(dir.resolve("empty.safetensors")), "0 bytes");
        assertRefused(dir.resolve("none.safetensors"), "Missing file");
        assertRefused(dir, "not a file");
    }

    @Test
    void a_real_file_cut_anywhere_is_refused() throws IOException {
        byte[] whole = Files.readAllBytes(TestFiles.GOLDEN.resolve("model-00002-of-00002.safetensors"));
        for (int size : new int[] {7, 8, 9, 100, 4511, 4512, 4513, 100_000, whole.length - 1}) {
            Path cut = Files.write(dir.resolve("cut.safetensors"), java.util.Arrays.copyOf(whole, size));
            assertRefused(cut, "cut.safetensors is truncated");
        }
    }

    @Test
    void tensors_of_a_closed_file_cannot_be_touched() {
        SafetensorsFile file = SafetensorsFile.open(TestFiles.GOLDEN.resolve("expected.safetensors"));
        StoredTensor loss = file.tensors().get("train.loss");
        file.close();
        file.close();
        assertThrows(IllegalStateException.class, () -> TestFiles.floats(loss));
    }

    private static void assertRefused(Path path, String said) {
        UserException error = assertThrows(UserException.class, () -> SafetensorsFile.open(path));
        assertTrue(error.getMessage().contains(said), error.getMessage());
        assertTrue(error.getMessage().contains(path.toString()), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }
}
