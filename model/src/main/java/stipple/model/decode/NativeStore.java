package stipple.model.decode;

import java.lang.foreign.MemorySegment;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.kernels.DecodeKernels;
import stipple.torch.kernels.Kernels;

/** Keys and values of consecutive positions of one row, in the layout of the native kernels, of fixed capacity. */
final class NativeStore implements AutoCloseable {
    private final Scope owner = Scope.detached();
    private final Tensor keys;
    private final Tensor values;
    private final long capacity;

    /** Room for at least so many positions. */
    NativeStore(NativeBackbone backbone, long positions) {
        capacity = Math.max(1, Math.ceilDiv(positions, DecodeKernels.SPAN)) * DecodeKernels.SPAN;
        try (Scope scope = Scope.open()) {
            keys = owner.adopt(Kernels.onLargePages(Tensors.empty(DType.U8, backbone.keyBytes(capacity))));
            values = owner.adopt(Kernels.onLargePages(Tensors.empty(DType.U8, backbone.valueBytes(capacity))));
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    long capacity() {
        return capacity;
    }

    MemorySegment keys() {
        return keys.bytes();
    }

    MemorySegment values() {
        return values.bytes();
    }

    @Override
    public void close() {
        owner.close();
    }
}
