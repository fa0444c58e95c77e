package stipple.model.decode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stipple.model.nn.Linear;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.kernels.FloatBlocks;
import stipple.torch.kernels.PackedMatrix;
import stipple.torch.kernels.Words;

/**
 * Structures that tell native code where the weights of a network lie. The matrices stay where they are, but for
 * copies of small float32 ones; vectors, such as norms and biases, are held in float32 here.
 */
final class NativeTable implements AutoCloseable {
    /** Larger models come from memory, not from a cache, and twice the memory is too much to ask for them. */
    private static final long MOST_COPIED = 256L << 20;

    private final Arena arena = Arena.ofShared();
    private final Scope owner = Scope.detached();
    private final Weights weights;
    private final boolean copies;

    NativeTable(Weights weights) {
        this.weights = weights;
        this.copies = copies(weights.bytes());
    }

    /** Whether float32 matrices of weights of so many bytes are copied into the order that is fastest to read. */
    static boolean copies(long bytes) {
        return bytes <= MOST_COPIED;
    }

    /** Room for {@code count} structures of so many fields. */
    MemorySegment room(long count, int fields) {
        return arena.allocate(count * fields * Words.BYTES, Words.BYTES);
    }

    /** A vector of the weights, float32. */
    MemorySegment vector(String name) {
        return vector(weights.get(name));
    }

    /** A tensor as contiguous float32 values. */
    MemorySegment vector(Tensor tensor) {
        try (Scope scope = Scope.open()) {
            return owner.adopt(tensor.to(DType.F32).contiguous()).bytes();
        }
    }

    /** Writes {@code stp_linear} for a layer of that name. */
    void linear(Words to, String prefix) {
        Linear layer = Linear.of(weights, prefix);
        to.put(matrix(layer));
        if (layer.adapter() == null) {
            to.put(MemorySegment.NULL).put(MemorySegment.NULL).put(0L).put(0.0);
        } else {
            to.put(vector(layer.adapter().down()))
                    .put(vector(layer.adapter().up()))
                    .put(layer.adapter().down().size(0))
                    .put(layer.adapter().scale());
        }
    }

    private MemorySegment matrix(Linear layer) {
        MemorySegment descriptor = arena.allocate(PackedMatrix.DESCRIPTOR_BYTES, Words.BYTES);
        MemorySegment bias = layer.bias() == null ? MemorySegment.NULL : vector(layer.bias());
        PackedMatrix matrix = layer.matrix();
        if (copies && FloatBlocks.fits(matrix)) {
            try (Scope scope = Scope.open()) {
                FloatBlocks blocks = FloatBlocks.of(matrix);
                owner.adopt(blocks.data());
                blocks.describe(descriptor, bias);
            }
        } else {
            matrix.describe(descriptor, bias);
        }
        return descriptor;
    }

    /** Checks that a structure was filled as the C side counts it. */
    static void require(Words words, int fields) {
        if (words.count() != fields) {
            throw new IllegalStateException("Wrote " + words.count() + " of " + fields + " fields");
        }
    }

    /** A writer into the {@code index}-th of an array of structures. */
    static Words at(MemorySegment room, long index, int fields) {
        return new Words(room.asSlice(index * fields * Words.BYTES, (long) fields * Words.BYTES));
    }

    @Override
    public void close() {
        owner.close();
        arena.close();
    }
}
