package stipple.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class TorchExceptionTest {
    @Test
    void a_shape_mistake_is_one_line_and_keeps_the_native_text_as_detail() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.zeros(DType.F32, 2, 3);
            Tensor b = Tensors.zeros(DType.F32, 4, 5);
            TorchException e = assertThrows(TorchException.class, () -> a.matmul(b));
            assertEquals(TorchException.Kind.SHAPE, e.kind());
            assertFalse(e.getMessage().contains("\n"), e.getMessage());
            assertTrue(e.getMessage().contains("2x3 and 4x5"), e.getMessage());
            assertTrue(e.detail().startsWith(e.getMessage()));
            assertTrue(e.detail().length() > e.getMessage().length(), "the C++ frames are in the detail");
        }
    }

    @Test
    void a_failed_operation_leaks_nothing_and_leaves_the_scope_usable() {
        long before = Tensor.live();
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.zeros(DType.F32, 2, 3);
            assertThrows(TorchException.class, () -> a.reshape(5));
            assertThrows(TorchException.class, () -> a.narrow(0, 1, 2));
            assertThrows(TorchException.class, () -> a.size(7));
            assertEquals(0, a.sum().item());
        }
        assertEquals(before, Tensor.live());
    }

    @Test
    void an_impossible_allocation_is_out_of_memory() {
        try (Scope scope = Scope.open()) {
            TorchException e = assertThrows(TorchException.class, () -> Tensors.empty(DType.F32, 1L << 50));
            assertEquals(TorchException.Kind.OUT_OF_MEMORY, e.kind(), e.detail());
        }
    }

    @Test
    void mixed_element_types_are_told_apart_from_shapes() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.zeros(DType.F32, 2, 2);
            Tensor b = Tensors.zeros(DType.BF16, 2, 2);
            TorchException e = assertThrows(TorchException.class, () -> a.matmul(b));
            assertEquals(TorchException.Kind.DTYPE, e.kind(), e.detail());
        }
    }

    @Test
    void a_view_of_the_wrong_size_is_refused_before_libtorch_sees_it() {
        try (Arena arena = Arena.ofConfined();
                Scope scope = Scope.open()) {
            var memory = arena.allocate(16, 8);
            assertThrows(IllegalArgumentException.class, () -> Tensors.view(memory, DType.F32, 5));
            assertThrows(IllegalArgumentException.class, () -> Tensors.view(memory.asSlice(1, 8), DType.F32, 2));
        }
    }
}
