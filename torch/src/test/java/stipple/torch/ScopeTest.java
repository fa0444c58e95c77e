package stipple.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ScopeTest {
    @Test
    void everything_made_in_a_scope_is_freed_when_it_closes() {
        long before = Tensor.live();
        try (Scope scope = Scope.open()) {
            Tensor x = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2);
            x.matmul(x).add(1).sum().item();
            x.chunk(2, 0);
            x.allFinite();
            x.toFloats();
            assertTrue(Tensor.live() > before);
        }
        assertEquals(before, Tensor.live());
    }

    @Test
    void a_long_loop_leaves_the_number_of_tensors_where_it_was() {
        try (Scope outer = Scope.open()) {
            Tensor x = Tensors.of(new float[] {1, 2}, 2);
            long before = Tensor.live();
            for (int i = 0; i < 1000; i++) {
                try (Scope scope = Scope.open()) {
                    Tensor next = scope.keep(x.mul(0.5).add(1));
                    x.close();
                    x = next;
                }
            }
            assertEquals(before, Tensor.live());
            assertArrayEquals(new float[] {2, 2}, x.toFloats(), 1e-5f);
        }
    }

    @Test
    void what_is_kept_lives_as_long_as_the_enclosing_scope() {
        Tensor kept;
        try (Scope outer = Scope.open()) {
            try (Scope inner = Scope.open()) {
                kept = inner.keep(Tensors.scalar(3));
            }
            assertEquals(3, kept.item());
        }
        assertClosed(kept, Tensor::item);
    }

    @Test
    void keeping_what_belongs_to_an_outer_scope_changes_nothing() {
        try (Scope outer = Scope.open()) {
            Tensor x = Tensors.scalar(1);
            try (Scope inner = Scope.open()) {
                assertEquals(x, inner.keep(x));
            }
            assertEquals(1, x.item());
        }
    }

    @Test
    void the_outermost_scope_has_nobody_to_keep_for() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensors.scalar(1);
            assertThrows(IllegalStateException.class, () -> scope.keep(x));
        }
    }

    @Test
    void what_a_detached_scope_adopts_outlives_all_nested_ones_until_it_closes() {
        long before = Tensor.live();
        Scope weights = Scope.detached();
        Tensor adopted;
        try (Scope scope = Scope.open()) {
            adopted = weights.adopt(Tensors.scalar(7));
            assertEquals(adopted, weights.adopt(adopted), "adopting twice is harmless");
        }
        try (Scope scope = Scope.open()) {
            assertEquals(8, adopted.add(1).item());
        }
        weights.close();
        weights.close();
        assertClosed(adopted, Tensor::item);
        assertEquals(before, Tensor.live());
    }

    @Test
    void a_closed_scope_adopts_nothing() {
        Scope weights = Scope.detached();
        weights.close();
        try (Scope scope = Scope.open()) {
            Tensor x = Tensors.scalar(1);
            assertThrows(IllegalStateException.class, () -> weights.adopt(x));
        }
    }

    @Test
    void every_use_of_a_closed_tensor_says_so() {
        List<Consumer<Tensor>> uses = List.of(
                Tensor::item,
                Tensor::shape,
                Tensor::dim,
                Tensor::count,
                Tensor::dtype,
                Tensor::device,
                Tensor::toFloats,
                Tensor::toLongs,
                Tensor::bytes,
                Tensor::exp,
                t -> t.size(0),
                t -> t.add(1),
                t -> t.add(t),
                t -> t.to(DType.BF16),
                t -> t.reshape(-1),
                Tensor::zeroInPlace,
                t -> Tensors.scalar(1).add(t),
                t -> Tensors.scalar(1).copyInPlace(t),
                t -> Nn.silu(t),
                t -> Scope.current().adopt(t));
        try (Scope scope = Scope.open()) {
            Tensor closed = Tensors.of(new float[] {1, 2}, 2);
            closed.close();
            closed.close();
            assertEquals("Tensor(closed)", closed.toString());
            uses.forEach(use -> assertClosed(closed, use));
        }
    }

    @Test
    void scopes_close_innermost_first() {
        Scope outer = Scope.open();
        Scope inner = Scope.open();
        assertThrows(IllegalStateException.class, outer::close);
        inner.close();
        outer.close();
        assertThrows(IllegalStateException.class, () -> Tensors.scalar(1), "no scope is open any more");
    }

    @Test
    void a_scope_belongs_to_its_thread() throws InterruptedException {
        AtomicReference<Throwable> made = new AtomicReference<>();
        AtomicReference<Throwable> closed = new AtomicReference<>();
        try (Scope scope = Scope.open()) {
            Thread other = new Thread(() -> {
                made.set(thrown(() -> Tensors.scalar(1)));
                closed.set(thrown(scope::close));
            });
            other.start();
            other.join();
            assertEquals(IllegalStateException.class, made.get().getClass());
            assertTrue(made.get().getMessage().contains("No tensor scope is open"), made.get()::getMessage);
            assertEquals(IllegalStateException.class, closed.get().getClass());
            assertEquals(1, Tensors.scalar(1).item(), "the scope is still open");
        }
    }

    private static Throwable thrown(Runnable work) {
        try {
            work.run();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static void assertClosed(Tensor tensor, Consumer<Tensor> use) {
        TorchException e = assertThrows(TorchException.class, () -> use.accept(tensor));
        assertEquals(TorchException.Kind.CLOSED, e.kind());
        assertEquals("A tensor was used after its scope closed", e.getMessage());
    }
}
