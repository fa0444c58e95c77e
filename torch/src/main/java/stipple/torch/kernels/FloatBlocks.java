package stipple.torch.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * A copy of float32 weights {@code [out, in]} as {@code [out / 16, in, 16]}, which the native kernels read as one stream and
 * without adding up registers in the end.
 *
 * @param data the copy, which belongs to whoever made it
 */
public record FloatBlocks(int out, int in, Tensor data) {
    /** The library's number for this format. */
    private static final int CODE = 4;

    /** Whether a matrix can be copied: float32 weights of whole blocks of outputs. */
    public static boolean fits(PackedMatrix matrix) {
        return matrix.format() == WeightFormat.F32 && matrix.out() % PackedMatrix.BLOCK == 0;
    }

    /** Copies the weights of a matrix that {@linkplain #fits fits}. */
    public static FloatBlocks of(PackedMatrix matrix) {
        if (!fits(matrix)) {
            throw new IllegalArgumentException(
                    matrix.out() + " outputs in " + matrix.format() + " are no blocks of floats");
        }
        Tensor data = Kernels.onLargePages(Tensors.empty(DType.F32, (long) matrix.out() * matrix.in()));
        try (Scope scope = Scope.open()) {
            MemorySegment weight = matrix.data().contiguous().bytes();
            PixelKernels.pack(PixelKernels.Kind.POINT, matrix.in(), matrix.out(), weight, data.bytes());
        }
        return new FloatBlocks(matrix.out(), matrix.in(), data);
    }

    /** The same as {@link PackedMatrix#describe}. */
    public void describe(MemorySegment target, MemorySegment bias) {
        target.set(JAVA_INT, 0, CODE);
        target.set(JAVA_INT, 4, out);
        target.set(JAVA_INT, 8, in);
        target.set(JAVA_INT, 12, 0);
        target.set(ADDRESS, 16, data.bytes());
        target.set(ADDRESS, 24, MemorySegment.NULL);
        target.set(ADDRESS, 32, bias);
    }
}
