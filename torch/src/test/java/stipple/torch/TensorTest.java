package stipple.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    private Scope scope;

    @BeforeEach
    void open() {
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void every_element_type_is_made_reported_and_converted(DType type) {
        Tensor one = Tensors.full(1, type, 2, 3);
        assertEquals(type, one.dtype());
        assertArrayEquals(new long[] {2, 3}, one.shape());
        assertEquals(6, one.count());
        assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1}, one.toFloats());
        assertArrayEquals(new long[] {1, 1, 1, 1, 1, 1}, one.toLongs());
        assertEquals(6L * type.bytes(), one.bytes().byteSize());
        Tensor ints = Tensors.of(new long[] {0, 1}, 2).to(type);
        assertEquals(type, ints.dtype());
        assertArrayEquals(new float[] {0, 1}, ints.toFloats());
    }

    @Test
    void bfloat16_rounds_to_nearest_even() {
        // 1 + 2^-8 lies between two neighbours and goes to the even one; 1 + 3 * 2^-8 likewise goes up.
        Tensor x = Tensors.of(new float[] {1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 / 28f, Float.MAX_VALUE}, 4)
                .to(DType.BF16);
        assertArrayEquals(new float[] {1, 1 + 0x1p-6f, 0x1.24p-5f, Float.POSITIVE_INFINITY}, x.toFloats());
    }

    @Test
    void a_conversion_to_the_same_type_shares_memory() {
        Tensor x = Tensors.of(new float[] {1, 2}, 2);
        x.to(DType.F32).zeroInPlace();
        assertArrayEquals(new float[] {0, 0}, x.toFloats());
        x.to(DType.F64).add(1);
        assertArrayEquals(new float[] {0, 0}, x.toFloats());
    }

    @Test
    void shapes_change_without_changing_the_order_of_values() {
        Tensor x = Tensors.arange(24).reshape(2, 3, 4);
        assertArrayEquals(new long[] {4, 2, 3}, x.permute(2, 0, 1).shape());
        assertEquals(
                1 * 12 + 2 * 4 + 3,
                x.permute(2, 0, 1).select(0, 3).select(0, 1).select(0, 2).item());
        assertArrayEquals(
                new float[] {8, 9, 10, 11}, x.select(0, 0).select(0, 2).toFloats());
        assertArrayEquals(
                new float[] {20, 21, 22, 23}, x.narrow(1, 2, 1).select(0, 1).toFloats());
        assertArrayEquals(new long[] {2, 12}, x.reshape(2, -1).shape());
        assertArrayEquals(new long[] {2, 1, 3, 4}, x.unsqueeze(1).shape());
        assertArrayEquals(
                new float[] {0, 0, 1, 1},
                Tensors.arange(2).unsqueeze(1).expand(2, 2).toFloats());
        assertArrayEquals(new float[] {0, 1, 0, 1}, Tensors.arange(2).repeat(2).toFloats());
        assertArrayEquals(new float[] {4, 5}, Tensors.arange(6).chunk(3, 0)[2].toFloats());
        assertThrows(TorchException.class, () -> x.reshape(5, 5));
    }

    @Test
    void raw_bytes_need_contiguous_memory() {
        Tensor x = Tensors.arange(6).reshape(2, 3);
        assertThrows(IllegalStateException.class, () -> x.transpose(0, 1).bytes());
        MemorySegment bytes = x.transpose(0, 1).contiguous().bytes();
        assertEquals(3f, bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4));
    }

    @Test
    void joins_and_picks() {
        Tensor a = Tensors.of(new float[] {1, 2}, 1, 2);
        Tensor b = Tensors.of(new float[] {3, 4}, 1, 2);
        assertArrayEquals(
                new float[] {1, 2, 3, 4}, Tensors.cat(List.of(a, b), 0).toFloats());
        assertArrayEquals(new long[] {1, 2, 2}, Tensors.stack(List.of(a, b), 1).shape());
        Tensor rows = Tensors.arange(6).reshape(3, 2);
        Tensor index = Tensors.of(new long[] {2, 0}, 2);
        assertArrayEquals(new float[] {4, 5, 0, 1}, rows.indexSelect(0, index).toFloats());
        Tensor copied = rows.indexCopy(0, index, Tensors.of(new float[] {9, 9, 8, 8}, 2, 2));
        assertArrayEquals(new float[] {8, 8, 2, 3, 9, 9}, copied.toFloats());
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, rows.toFloats(), "the source is not written");
    }

    @Test
    void values_must_fill_the_shape() {
        assertThrows(IllegalArgumentException.class, () -> Tensors.of(new float[3], 2, 2));
        assertThrows(IllegalArgumentException.class, () -> Tensors.of(new long[5], 2, 2));
        assertEquals(0, Tensors.of(new float[0], 0, 4).toFloats().length);
    }

    @Test
    void a_grid_of_times_is_symmetric_because_its_second_half_comes_from_the_end() {
        float[] t = Tensors.linspace(0, 1, 29).toFloats();
        assertEquals(29, t.length);
        assertEquals(0, t[0]);
        assertEquals(1, t[28]);
        assertEquals(1f - 1f / 28f, t[27]);
    }

    @Test
    void infinities_and_nan_are_not_finite() {
        assertTrue(Tensors.of(new float[] {1, Float.MAX_VALUE}, 2).allFinite());
        assertFalse(Tensors.of(new float[] {1, Float.NaN}, 2).allFinite());
        assertFalse(Tensors.of(new float[] {1, Float.NEGATIVE_INFINITY}, 2).allFinite());
    }

    @Test
    void rounding_takes_halves_to_even() {
        assertArrayEquals(
                new float[] {0, 2, 2, -2},
                Tensors.of(new float[] {0.5f, 1.5f, 2.5f, -1.5f}, 4).round().toFloats());
    }

    @Test
    void a_mapped_file_is_viewed_without_a_copy(@TempDir Path dir) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(99).putFloat(1).putFloat(2).putFloat(3).putFloat(4);
        Path file = Files.write(dir.resolve("data"), data.array());
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file)) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 20, arena);
            Tensor view = Tensors.view(mapped.asSlice(4), DType.F32, 2, 2);
            assertEquals(mapped.address() + 4, view.bytes().address());
            assertArrayEquals(new float[] {1, 2, 3, 4}, view.toFloats());
            assertArrayEquals(new float[] {7, 10, 15, 22}, view.matmul(view).toFloats());
            view.close();
        }
    }

    @Test
    void unaligned_memory_is_copied(@TempDir Path dir) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(17, 8);
            memory.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, 1, 0.25);
            memory.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, 9, -3);
            Tensor copy = Tensors.copyOf(memory.asSlice(1), DType.F64, 2);
            memory.fill((byte) 0);
            assertArrayEquals(new float[] {0.25f, -3}, copy.toFloats());
        }
    }

    @Test
    void an_unknown_type_name_is_the_users_mistake() {
        assertEquals(DType.BF16, DType.ofName("bfloat16"));
        UserException e = assertThrows(UserException.class, () -> DType.ofName("int4"));
        assertTrue(e.getMessage().contains("int4"), e.getMessage());
    }
}
