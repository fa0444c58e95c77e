package stipple.torch;

import java.util.function.Supplier;
import org.bytedeco.pytorch.GradMode;

/** Control of gradient recording, which is a property of the calling thread. */
public final class Autograd {
    static {
        NativeLibraries.load();
    }

    private Autograd() {}

    /** Runs work without recording gradients. */
    public static <T> T off(Supplier<T> work) {
        boolean before = GradMode.is_enabled();
        GradMode.set_enabled(false);
        try {
            return work.get();
        } finally {
            GradMode.set_enabled(before);
        }
    }

    /** Runs work without recording gradients. */
    public static void off(Runnable work) {
        off(() -> {
            work.run();
            return Boolean.TRUE;
        });
    }

    /** Whether what is computed from a tensor is recorded for its gradient. */
    public static boolean follows(Tensor tensor) {
        return GradMode.is_enabled() && TorchException.guard(tensor.handle::requires_grad);
    }

    /** Marks a leaf whose gradient is wanted. */
    public static void track(Tensor leaf) {
        Native.inPlace(leaf, () -> leaf.handle.set_requires_grad(true));
    }

    /** Whether a gradient would flow to or through a tensor. */
    public static boolean tracked(Tensor tensor) {
        return TorchException.guard(() -> tensor.handle.requires_grad());
    }

    /** Accumulates the gradients of a scalar into its leaves. */
    public static void backward(Tensor loss) {
        Native.run(loss.handle::backward);
    }

    /**
     * The accumulated gradient of a leaf, or null if nothing reached it. It shares the leaf's memory, so a write is seen
     * on both sides, and keeps that memory alive when the leaf drops it.
     */
    public static Tensor gradient(Tensor leaf) {
        // What grad() gives is a pointer into the leaf; the copy counts as an owner of its own.
        try (org.bytedeco.pytorch.Tensor grad = TorchException.guard(leaf.handle::grad)) {
            return grad.defined() ? Native.wrap(() -> new org.bytedeco.pytorch.Tensor(grad)) : null;
        }
    }

    /** Replaces the accumulated gradient of a leaf by a tensor of its shape, which may be a view. */
    public static void setGradient(Tensor leaf, Tensor gradient) {
        Native.run(() -> leaf.handle.mutable_grad().put(gradient.handle));
    }

    /** Drops the accumulated gradient of a leaf. */
    public static void clearGradient(Tensor leaf) {
        try (var empty = new org.bytedeco.pytorch.Tensor()) {
            Native.run(() -> leaf.handle.mutable_grad().put(empty));
        }
    }

    /** The same values without history. */
    public static Tensor detach(Tensor tensor) {
        return Native.wrap(tensor.handle::detach);
    }
}
