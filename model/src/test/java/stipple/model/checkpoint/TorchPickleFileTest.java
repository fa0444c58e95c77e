package stipple.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.checkpoint.TestFiles.Pickle;
import stipple.torch.DType;
import stipple.torch.UserException;

class TorchPickleFileTest {
    private static final byte[] SIX = TestFiles.bytes(0, 1, 2, 3, 4, 5);
    private static final Path GOLDEN = TestFiles.GOLDEN.resolve("vae/checkpoint.pt");

    @TempDir
    Path dir;

    @Test
    void reads_a_file_that_torch_saved() {
        try (TorchPickleFile file = TorchPickleFile.open(GOLDEN)) {
            StoredTensor conv = file.tensors().get("encoder.conv_in.weight");
            assertArrayEquals(new long[] {32, 3, 3, 3}, conv.shape());
            assertEquals(DType.F32, conv.dtype());
            for (float value : TestFiles.floats(conv)) {
                assertTrue(Math.abs(value) < 2, "a small random weight, not " + value);
            }
        }
    }

    @Test
    void reads_a_plain_dict_of_tensors() throws IOException {
        byte[] pickle = dict(p -> p.tensor("FloatStorage", "0", 6, 0, new int[] {2, 3}, new int[] {3, 1}));
        try (TorchPickleFile file = open(pickle, SIX)) {
            assertArrayEquals(
                    new float[] {0, 1, 2, 3, 4, 5},
                    TestFiles.floats(file.tensors().get("w")));
        }
    }

    @Test
    void packed_entries_are_read_too() throws IOException {
        byte[] pickle = dict(p -> p.tensor("FloatStorage", "0", 6, 3, new int[] {3}, new int[] {1}));
        Path path = TestFiles.zip(dir.resolve("x.pt"), entries(pickle, SIX), true);
        try (TorchPickleFile file = TorchPickleFile.open(path)) {
            assertArrayEquals(
                    new float[] {3, 4, 5}, TestFiles.floats(file.tensors().get("w")));
        }
    }

    @Test
    void a_transposed_tensor_is_made_contiguous() throws IOException {
        byte[] pickle = dict(p -> p.tensor("FloatStorage", "0", 6, 0, new int[] {3, 2}, new int[] {1, 3}));
        try (TorchPickleFile file = open(pickle, SIX)) {
            assertArrayEquals(
                    new float[] {0, 3, 1, 4, 2, 5},
                    TestFiles.floats(file.tensors().get("w")));
        }
    }

    @Test
    void every_second_column_of_a_slice_is_made_contiguous() throws IOException {
        byte[] pickle = dict(p -> p.tensor("FloatStorage", "0", 6, 1, new int[] {2, 1, 2}, new int[] {3, 99, 1}));
        try (TorchPickleFile file = open(pickle, SIX)) {
            assertArrayEquals(
                    new float[] {1, 2, 4, 5}, TestFiles.floats(file.tensors().get("w")));
        }
    }

    @Test
    void a_state_dict_one_level_down_is_found() throws IOException {
        Pickle p = new Pickle()
                .op('}', '(')
                .text("epoch")
                .number(3)
                .text("state_dict")
                .op('}')
                .text("w");
        p.tensor("BFloat16Storage", "0", 12, 0, new int[] {12}, new int[] {1}).op('s', 'u');
        try (TorchPickleFile file = open(p.stop(), SIX)) {
            assertEquals(List.of("w"), List.copyOf(file.tensors().keySet()));
            assertEquals(DType.BF16, file.tensors().get("w").dtype());
        }
    }

    @Test
    void a_module_state_dict_with_parameters_and_version_numbers_is_read() throws IOException {
        Pickle p = new Pickle()
                .global("collections", "OrderedDict")
                .op(')', 'R', 'q', 0)
                .text("w");
        p.global("torch._utils", "_rebuild_parameter").op('(');
        p.tensor("HalfStorage", "0", 12, 0, new int[] {12}, new int[] {1}).op(0x88);
        p.global("collections", "OrderedDict").op(')', 'R', 't', 'R', 's');
        // The attribute: {'_metadata': OrderedDict()}.
        p.op('}').text("_metadata").global("collections", "OrderedDict").op(')', 'R', 's', 'b');
        try (TorchPickleFile file = open(p.stop(), SIX)) {
            assertEquals(DType.F16, file.tensors().get("w").dtype());
        }
    }

    @Test
    void a_pickle_that_would_run_a_command_is_refused_by_name() throws IOException {
        Pickle p = new Pickle()
                .global("os", "system")
                .text("touch " + dir.resolve("owned"))
                .op(0x85, 'R');
        assertRefused(write(p.stop(), SIX), "os.system");
        assertFalse(Files.exists(dir.resolve("owned")));
    }

    @Test
    void every_global_that_builds_no_tensor_is_refused() throws IOException {
        for (String[] name : new String[][] {
            {"posix", "system"},
            {"builtins", "eval"},
            {"__builtin__", "getattr"},
            {"torch", "load"},
            {"torch.hub", "load"},
            {"torch._utils", "_rebuild_tensor_v2.__globals__"},
            {"numpy.core.multiarray", "_reconstruct"},
        }) {
            assertRefused(write(new Pickle().global(name[0], name[1]).stop(), SIX), name[0] + "." + name[1]);
        }
        Pickle stacked = new Pickle().text("os").text("system").op(0x93);
        assertRefused(write(stacked.stop(), SIX), "os.system");
    }

    @Test
    void opcodes_that_instantiate_objects_are_refused() throws IOException {
        for (int opcode : new int[] {'o', 'i', 0x81, 0x92, 'P', 0x82, 'I', 'V'}) {
            assertRefused(write(new Pickle().op('}', opcode).stop(), SIX), String.format("0x%02x", opcode));
        }
    }

    @Test
    void a_tensor_that_reaches_outside_its_storage_is_refused() throws IOException {
        for (int[] bad : new int[][] {{0, 7, 1}, {1, 6, 1}, {0, 3, 3}, {60000, 1, 1}}) {
            byte[] pickle = dict(p -> p.tensor("FloatStorage", "0", 6, bad[0], new int[] {bad[1]}, new int[] {bad[2]}));
            assertRefused(write(pickle, SIX), "'w'");
        }
    }

    @Test
    void an_expanded_tensor_is_refused() throws IOException {
        byte[] pickle = dict(p -> p.tensor("FloatStorage", "0", 6, 0, new int[] {65535, 65535}, new int[] {0, 0}));
        UserException error = assertThrows(UserException.class, () -> open(pickle, SIX));
        assertTrue(error.getMessage().contains("more elements than its storage"), error.getMessage());
    }

    @Test
    void a_storage_of_another_size_is_refused() throws IOException {
        byte[] pickle = dict(p -> p.tensor("FloatStorage", "0", 7, 0, new int[] {6}, new int[] {1}));
        assertRefused(write(pickle, SIX), "storage 0");
    }

    @Test
    void a_missing_storage_is_refused() throws IOException {
        byte[] pickle = dict(p -> p.tensor("FloatStorage", "9", 6, 0, new int[] {6}, new int[] {1}));
        assertRefused(write(pickle, SIX), "data/9");
    }

    @Test
    void big_endian_files_are_refused() throws IOException {
        Map<String, byte[]> entries =
                entries(dict(p -> p.tensor("FloatStorage", "0", 6, 0, new int[] {6}, new int[] {1})), SIX);
        entries.put("archive/byteorder", "big".getBytes(StandardCharsets.UTF_8));
        assertRefused(TestFiles.zip(dir.resolve("x.pt"), entries, false), "'big'");
        entries.put("archive/byteorder", "little".getBytes(StandardCharsets.UTF_8));
        TorchPickleFile.open(TestFiles.zip(dir.resolve("x.pt"), entries, false)).close();
    }

    @Test
    void what_is_not_a_state_dict_is_refused() throws IOException {
        assertRefused(write(new Pickle().op(']').stop(), SIX), "does not hold a state dict");
        assertRefused(write(new Pickle().op('}').stop(), SIX), "empty state dict");
        assertRefused(write(dict(p -> p.number(3)), SIX), "'w' is not a tensor");
    }

    @Test
    void a_damaged_pickle_is_refused() throws IOException {
        byte[] whole = dict(p -> p.tensor("FloatStorage", "0", 6, 0, new int[] {6}, new int[] {1}));
        for (int size = 0; size < whole.length; size++) {
            assertRefused(write(Arrays.copyOf(whole, size), SIX), "is damaged");
        }
        assertRefused(write(new Pickle().op('u').stop(), SIX), "is damaged");
        assertRefused(write(new Pickle().op('h', 7).stop(), SIX), "memo 7");
        assertRefused(write(new Pickle().op('R').stop(), SIX), "stack is empty");
        assertRefused(write(new Pickle().op(0x80, 99).stop(), SIX), "protocol 99");
        assertRefused(write(new Pickle().op('X', 255, 255, 255, 255).stop(), SIX), "4294967295");
    }

    @Test
    void a_file_that_is_no_zip_is_refused() throws IOException {
        assertRefused(Files.writeString(dir.resolve("x.pt"), "hello"), "not a zip archive");
        assertRefused(Files.createFile(dir.resolve("empty.pt")), "not a zip archive");
        assertRefused(TestFiles.zip(dir.resolve("y.pt"), Map.of("a.txt", SIX), false), "no data.pkl");
        assertRefused(dir.resolve("none.pt"), "Missing file");
    }

    @Test
    void a_real_file_cut_anywhere_is_refused() throws IOException {
        byte[] whole = Files.readAllBytes(GOLDEN);
        for (int size : new int[] {4, 30, 1000, 100_000, whole.length - 30, whole.length - 1}) {
            assertRefused(Files.write(dir.resolve("cut.pt"), Arrays.copyOf(whole, size)), "cut.pt is truncated");
        }
    }

    @Test
    void a_damaged_byte_never_ends_in_anything_but_a_user_exception() throws IOException {
        byte[] pickle = dict(p -> p.tensor("FloatStorage", "0", 6, 0, new int[] {2, 3}, new int[] {3, 1}));
        byte[] whole = Files.readAllBytes(write(pickle, SIX));
        int refused = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) 0x55;
            Path path = Files.write(dir.resolve("damaged.pt"), damaged);
            try (TorchPickleFile file = TorchPickleFile.open(path)) {
                assertEquals(1, file.tensors().size());
            } catch (UserException expected) {
                refused++;
            }
        }
        assertTrue(refused > whole.length / 3, "only " + refused + " of " + whole.length + " damages were noticed");
    }

    private interface Body {
        Pickle fill(Pickle pickle);
    }

    private static byte[] dict(Body value) {
        return value.fill(new Pickle().op('}', '(').text("w")).op('u').stop();
    }

    private static Map<String, byte[]> entries(byte[] pickle, byte[] storage) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        entries.put("archive/data/0", storage);
        entries.put("archive/version", "3\n".getBytes(StandardCharsets.UTF_8));
        return entries;
    }

    private Path write(byte[] pickle, byte[] storage) throws IOException {
        return TestFiles.zip(dir.resolve("x.pt"), entries(pickle, storage), false);
    }

    private TorchPickleFile open(byte[] pickle, byte[] storage) throws IOException {
        return TorchPickleFile.open(write(pickle, storage));
    }

    private static void assertRefused(Path path, String said) {
        UserException error = assertThrows(
                UserException.class, () -> TorchPickleFile.open(path).close());
        assertTrue(error.getMessage().contains(said), error.getMessage());
        assertTrue(error.getMessage().contains(path.toString()), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }
}
