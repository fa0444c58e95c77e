package stipple.model.checkpoint;

import java.lang.foreign.MemorySegment;
import stipple.torch.DType;
import stipple.torch.UserException;

/**
 * A tensor as it lies in a file: contiguous, row-major, little-endian. The data is a view of the mapped file, valid
 * until the file is closed and not necessarily aligned to the element size.
 *
 * @param name the tensor's name
 * @param dtype element type
 * @param shape sizes, empty for a scalar
 * @param data exactly the elements
 */
@SuppressWarnings("ArrayRecordComponent") // shapes are plain arrays throughout; tensors are never compared
public record StoredTensor(String name, DType dtype, long[] shape, MemorySegment data) {
    /** Checks that the data has the size that type and shape ask for. */
    public StoredTensor {
        long wanted = Math.multiplyExact(Shapes.count(shape), (long) dtype.bytes());
        if (data.byteSize() != wanted) {
            throw new UserException("Tensor '" + name + "' of " + dtype + " " + Shapes.text(shape) + " needs " + wanted
                    + " bytes, but has " + data.byteSize());
        }
    }

    /** Number of elements. */
    public long count() {
        return Shapes.count(shape);
    }

    /** The same tensor under another name. */
    public StoredTensor withName(String other) {
        return new StoredTensor(other, dtype, shape, data);
    }

    /**
     * The same elements in another shape.
     *
     * @throws UserException if the number of elements differs
     */
    public StoredTensor reshaped(long... other) {
        return new StoredTensor(name, dtype, other, data);
    }
}
