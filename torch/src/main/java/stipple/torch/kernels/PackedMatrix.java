package stipple.torch.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/**
 * A weight matrix {@code [out, in]} in one of the formats of the native kernels. Packed data are in the layout that
 * {@code stp.h} describes, which is also the layout on disk. It owns no memory: the tensors belong to whoever made them.
 *
 * @param format how the weights are stored
 * @param out outputs
 * @param in inputs
 * @param group inputs that share a scale in {@link WeightFormat#INT4}, else 0
 * @param data {@code [out, in]} for floats, U8 {@code [blocks, groups, bytes]} for integers
 * @param scales null for floats; F32 {@code [blocks, 16]} for int8; BF16 {@code [blocks, in / group, 16]} for int4
 */
public record PackedMatrix(WeightFormat format, int out, int in, int group, Tensor data, Tensor scales) {
    /** Outputs of one block. */
    public static final int BLOCK = 16;

    /** Inputs of one group of activations. */
    public static final int STEP = 32;

    /** Size of the descriptor that native functions take. */
    public static final long DESCRIPTOR_BYTES = 40;

    /** Float32 or bfloat16 weights {@code [out, in]} as they are; must be contiguous on the CPU. */
    public static PackedMatrix of(Tensor weight) {
        WeightFormat format = switch (weight.dtype()) {
            case F32 -> WeightFormat.F32;
            case BF16 -> WeightFormat.BF16;
            default -> throw new IllegalArgumentException("No kernel multiplies weights of " + weight.dtype());
        };
        return new PackedMatrix(
                format, Math.toIntExact(weight.size(0)), Math.toIntExact(weight.size(1)), 0, weight, null);
    }

    /** Shape of the data of packed weights. */
    public static long[] dataShape(WeightFormat format, long out, long in) {
        return new long[] {Math.ceilDiv(out, BLOCK), Math.ceilDiv(in, STEP), format == WeightFormat.INT8 ? 512 : 256};
    }

    /** Shape of the scales of packed weights. */
    public static long[] scaleShape(WeightFormat format, long out, long in, int group) {
        long blocks = Math.ceilDiv(out, BLOCK);
        return format == WeightFormat.INT8
                ? new long[] {blocks, BLOCK}
                : new long[] {blocks, Math.ceilDiv(in, group), BLOCK};
    }

    /** Type of the scales of packed weights. */
    public static DType scaleType(WeightFormat format) {
        return format == WeightFormat.INT8 ? DType.F32 : DType.BF16;
    }

    /** Bytes that packed weights take, with their scales. */
    public static long bytes(WeightFormat format, long out, long in, int group) {
        return product(dataShape(format, out, in))
                + product(scaleShape(format, out, in, group))
                        * scaleType(format).bytes();
    }

    /**
     * Rounds weights to integers; data and scales are new tensors in the current scope.
     *
     * @param weight {@code [out, in]} of any floating type on the CPU
     * @param group inputs that share a scale: 32 or 64, for {@link WeightFormat#INT4}
     * @throws UserException if a weight is not finite or there are no native kernels
     */
    public static PackedMatrix quantise(Tensor weight, WeightFormat format, int group) {
        if (!KernelLibrary.available()) {
            throw new UserException("Weights are quantised by the native kernels, which are missing, because "
                    + KernelLibrary.missing());
        }
        if (!format.packed() || (format == WeightFormat.INT4 && group != 32 && group != 64)) {
            throw new IllegalArgumentException("Cannot quantise to " + format + " in groups of " + group);
        }
        int perScale = format == WeightFormat.INT4 ? group : 0;
        long out = weight.size(0);
        long in = weight.size(1);
        Tensor data = Kernels.onLargePages(Tensors.empty(DType.U8, dataShape(format, out, in)));
        Tensor scales = Tensors.empty(scaleType(format), scaleShape(format, out, in, perScale));
        try (Scope scope = Scope.open()) {
            MemorySegment w = weight.to(DType.F32).contiguous().bytes();
            if (!Kernels.pack(format, perScale, w, out, in, data.bytes(), scales.bytes())) {
                throw new UserException("A weight matrix of " + out + " x " + in
                        + " holds values that are not finite, which cannot be quantised");
            }
        }
        return new PackedMatrix(format, Math.toIntExact(out), Math.toIntExact(in), perScale, data, scales);
    }

    /** Bytes of weights and scales: what one product reads at least. */
    public long bytes() {
        return data.count() * data.dtype().bytes()
                + (scales == null ? 0 : scales.count() * scales.dtype().bytes());
    }

    /**
     * Writes what native functions call {@code stp_matrix}, {@value #DESCRIPTOR_BYTES} bytes that hold addresses: the
     * tensors must outlive their use.
     *
     * @param bias address of a float32 bias {@code [out]}, or {@link MemorySegment#NULL}
     */
    public void describe(MemorySegment target, MemorySegment bias) {
        target.set(JAVA_INT, 0, format.code());
        target.set(JAVA_INT, 4, out);
        target.set(JAVA_INT, 8, in);
        target.set(JAVA_INT, 12, group);
        target.set(ADDRESS, 16, data.bytes());
        target.set(ADDRESS, 24, scales == null ? MemorySegment.NULL : scales.bytes());
        target.set(ADDRESS, 32, bias);
    }

    /**
     * The product {@code x W^T} by the native kernels, with float32 sums.
     *
     * @param x {@code [..., in]} on the CPU, of any floating type
     * @return {@code [..., out]} of the type of x
     */
    public Tensor multiply(Tensor x) {
        long[] shape = x.shape();
        if (shape.length == 0 || shape[shape.length - 1] != in) {
            throw new IllegalArgumentException("Weights of " + in + " inputs cannot multiply " + x);
        }
        shape[shape.length - 1] = out;
        long rows = x.count() / in;
        if (!Device.CPU.equals(x.device())) {
            throw new IllegalArgumentException("The native kernels run on the CPU, not on " + x.device());
        }
        try (Scope scope = Scope.open();
                Arena arena = Arena.ofConfined()) {
            Tensor y = Tensors.empty(DType.F32, shape);
            MemorySegment descriptor = arena.allocate(DESCRIPTOR_BYTES, 8);
            describe(descriptor, MemorySegment.NULL);
            Tensor wide = x.to(DType.F32).contiguous();
            Kernels.matmul(descriptor, wide.bytes(), rows, in, y.bytes(), out);
            return scope.keep(y.to(x.dtype()));
        }
    }

    /** The values that the weights stand for, float32 {@code [out, in]}, on the device of the data. */
    public Tensor dequantise() {
        if (!format.packed()) {
            return data.to(DType.F32);
        }
        if (KernelLibrary.available() && Device.CPU.equals(data.device())) {
            Tensor w = Tensors.empty(DType.F32, out, in);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment descriptor = arena.allocate(DESCRIPTOR_BYTES, 8);
                describe(descriptor, MemorySegment.NULL);
                Kernels.unpack(descriptor, w.bytes());
            }
            return w;
        }
        return Unpacking.of(this);
    }

    private static long product(long[] shape) {
        long product = 1;
        for (long size : shape) {
            product *= size;
        }
        return product;
    }
}
