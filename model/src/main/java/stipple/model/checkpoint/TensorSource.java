package stipple.model.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import stipple.torch.DType;

/**
 * A tensor to write. Its bytes are asked for once, when its turn comes, and may be released when the next tensor is
 * asked for: a model on an accelerator is copied down one tensor at a time.
 *
 * @param name the tensor's name
 * @param dtype element type
 * @param shape sizes, empty for a scalar
 * @param data gives the contiguous little-endian elements
 */
@SuppressWarnings("ArrayRecordComponent") // see StoredTensor
public record TensorSource(String name, DType dtype, long[] shape, Supplier<MemorySegment> data) {
    /** A tensor that lies in an open file. */
    public static TensorSource of(StoredTensor tensor) {
        return new TensorSource(tensor.name(), tensor.dtype(), tensor.shape(), tensor::data);
    }

    /** Bytes on disk. */
    public long bytes() {
        return Math.multiplyExact(Shapes.count(shape), (long) dtype.bytes());
    }
}
