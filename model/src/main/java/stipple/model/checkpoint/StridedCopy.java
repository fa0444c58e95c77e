package stipple.model.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stipple.model.checkpoint.PickleValue.View;
import stipple.torch.UserException;

/** Makes row-major tensors of strided ones. */
final class StridedCopy {
    private StridedCopy() {}

    /**
     * The tensor, as a slice of its storage where it is contiguous, else copied into the arena.
     *
     * @throws IndexOutOfBoundsException if it reaches outside its storage
     * @throws ArithmeticException if its sizes overflow
     * @throws UserException if it has more elements than its storage: an expanded tensor could claim any size
     */
    static StoredTensor contiguous(String name, View view, MemorySegment storage, Arena arena) {
        int width = view.dtype().bytes();
        long count = Shapes.count(view.shape());
        if (count == 0) {
            return new StoredTensor(name, view.dtype(), view.shape(), MemorySegment.NULL);
        }
        long last = view.offset();
        for (int d = 0; d < view.shape().length; d++) {
            last = Math.addExact(last, Math.multiplyExact(view.shape()[d] - 1, view.strides()[d]));
        }
        long start = Math.multiplyExact(view.offset(), (long) width);
        long end = Math.multiplyExact(Math.addExact(last, 1), (long) width);
        if (start < 0 || end > storage.byteSize()) {
            throw new IndexOutOfBoundsException("bytes " + start + " to " + end + " of " + storage.byteSize());
        }
        if (isRowMajor(view)) {
            return new StoredTensor(name, view.dtype(), view.shape(), storage.asSlice(start, count * width));
        }
        if (count > storage.byteSize() / width) {
            throw new UserException("Tensor '" + name + "' " + Shapes.text(view.shape())
                    + " has more elements than its storage; save it contiguous");
        }
        MemorySegment copy = arena.allocate(count * width, 64);
        copy(view, storage, copy);
        return new StoredTensor(name, view.dtype(), view.shape(), copy);
    }

    private static boolean isRowMajor(View view) {
        long expected = 1;
        for (int d = view.shape().length - 1; d >= 0; d--) {
            // The stride of a dimension of one element is never used and may be anything.
            if (view.shape()[d] != 1 && view.strides()[d] != expected) {
                return false;
            }
            expected *= view.shape()[d];
        }
        return true;
    }

    private static void copy(View view, MemorySegment from, MemorySegment to) {
        int width = view.dtype().bytes();
        long[] index = new long[view.shape().length];
        long source = view.offset();
        for (long target = 0; target < to.byteSize(); target += width) {
            MemorySegment.copy(from, source * width, to, target, width);
            for (int d = index.length - 1; d >= 0; d--) {
                source += view.strides()[d];
                if (++index[d] < view.shape()[d]) {
                    break;
                }
                source -= view.strides()[d] * view.shape()[d];
                index[d] = 0;
            }
        }
    }
}
