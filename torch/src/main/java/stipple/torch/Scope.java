package stipple.torch;

import java.util.ArrayList;
import java.util.List;

/**
 * Owner of native memory. Every tensor that an operation makes belongs to the innermost scope open on its thread and is
 * freed when that scope closes, unless it was {@linkplain #keep kept}, which hands it to the enclosing scope.
 *
 * <pre>{@code
 * try (Scope scope = Scope.open()) {
 *     Tensor hidden = backbone.step(embedded);
 *     return scope.keep(head.sample(hidden)); // everything else is freed here
 * }
 * }</pre>
 *
 * <p>Scopes opened with {@link #open()} nest per thread and must close in reverse order. An {@linkplain #detached()
 * detached} scope stands outside that nesting: it owns long-lived tensors such as weights, and whoever holds it closes it.
 */
public final class Scope implements AutoCloseable {
    private static final ThreadLocal<Scope> CURRENT = new ThreadLocal<>();

    private final Scope parent;
    private final boolean nested;
    private final List<Tensor> owned = new ArrayList<>();
    private boolean closed;

    private Scope(Scope parent, boolean nested) {
        this.parent = parent;
        this.nested = nested;
    }

    /** Opens a scope inside the current one of this thread. */
    public static Scope open() {
        Scope scope = new Scope(CURRENT.get(), true);
        CURRENT.set(scope);
        return scope;
    }

    /** A scope for long-lived tensors; nothing lands in it by itself, see {@link #adopt}. */
    public static Scope detached() {
        return new Scope(null, false);
    }

    static Scope current() {
        Scope scope = CURRENT.get();
        if (scope == null) {
            throw new IllegalStateException("No tensor scope is open on thread "
                    + Thread.currentThread().getName() + "; wrap the work in try (Scope scope = Scope.open())");
        }
        return scope;
    }

    void register(Tensor tensor) {
        if (closed) {
            throw new IllegalStateException("This scope is closed");
        }
        tensor.owner = this;
        tensor.slot = owned.size();
        owned.add(tensor);
    }

    /**
     * Moves a tensor of this scope to the enclosing one, so that it survives this scope.
     *
     * @throws IllegalStateException at the outermost scope
     */
    public Tensor keep(Tensor tensor) {
        if (parent == null) {
            throw new IllegalStateException("The outermost scope has nobody to hand a tensor to");
        }
        if (tensor.owner == this) {
            parent.adopt(tensor);
        }
        return tensor;
    }

    /** Takes a tensor over from whichever scope owns it now. */
    public Tensor adopt(Tensor tensor) {
        if (tensor.owner == null) {
            throw TorchException.closed();
        }
        if (tensor.owner != this) {
            tensor.owner.release(tensor);
            register(tensor);
        }
        return tensor;
    }

    private void release(Tensor tensor) {
        owned.set(tensor.slot, null);
        tensor.owner = null;
    }

    /** Frees one tensor of this scope before the scope closes. */
    void free(Tensor tensor) {
        release(tensor);
        tensor.freeHandle();
    }

    /** Frees every tensor still owned. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (nested) {
            if (CURRENT.get() != this) {
                throw new IllegalStateException("Scopes must close on their thread, innermost first");
            }
            if (parent == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(parent);
            }
        }
        closed = true;
        for (int i = owned.size() - 1; i >= 0; i--) {
            Tensor tensor = owned.get(i);
            if (tensor != null) {
                tensor.owner = null;
                tensor.freeHandle();
            }
        }
        owned.clear();
    }
}
