package stipple.model.decode;

import java.lang.foreign.MemorySegment;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.kernels.Kernels;

/** Native memory that is used again and again and grows when more is asked for; what was in it is then lost. */
final class Workspace implements AutoCloseable {
    private Tensor memory;
    private Scope owner = Scope.detached();
    private long size;

    /** At least so many bytes, aligned to 64. */
    MemorySegment bytes(long wanted) {
        if (wanted > size) {
            owner.close();
            owner = Scope.detached();
            size = 0;
            try (Scope scope = Scope.open()) {
                memory = owner.adopt(Kernels.onLargePages(Tensors.empty(DType.U8, wanted)));
            }
            size = wanted;
        }
        return memory.bytes();
    }

    /** Room for so many float32 values. */
    MemorySegment floats(long count) {
        return bytes(count * Float.BYTES);
    }

    @Override
    public void close() {
        owner.close();
        size = 0;
    }
}
