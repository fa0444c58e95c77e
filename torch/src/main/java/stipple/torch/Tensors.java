package stipple.torch;

import static stipple.torch.Native.cpu;
import static stipple.torch.Native.joined;
import static stipple.torch.Native.wrap;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** Makes tensors. New ones live on the CPU; move them with {@link Tensor#to(Device)}. */
public final class Tensors {
    private Tensors() {}

    /** Uninitialised memory. */
    public static Tensor empty(DType type, long... shape) {
        return wrap(() -> torch.empty(shape, cpu(type), Native.NO_FORMAT));
    }

    /** Uninitialised memory of a device. */
    public static Tensor empty(Device device, DType type, long... shape) {
        try (var where = device.handle();
                var there = new DeviceOptional(where);
                var options = cpu(type).device(there)) {
            return wrap(() -> torch.empty(shape, options, Native.NO_FORMAT));
        }
    }

    /**
     * Memory of the host to fill before it is copied to a device with {@link Tensor#copyAsync}: for a card it is locked in
     * place, so that the card fetches it by itself.
     */
    public static Tensor staging(Device target, DType type, long... shape) {
        Tensor plain = empty(type, shape);
        return target.type() == Device.Type.CPU ? plain : wrap(() -> plain.handle.pin_memory());
    }

    /** All zeros. */
    public static Tensor zeros(DType type, long... shape) {
        return wrap(() -> torch.zeros(shape, cpu(type)));
    }

    /** All one value. */
    public static Tensor full(double value, DType type, long... shape) {
        try (Scalar scalar = new Scalar(value)) {
            return wrap(() -> torch.full(shape, scalar, cpu(type)));
        }
    }

    /** Float32 values in row-major order. */
    public static Tensor of(float[] values, long... shape) {
        requireCount(values.length, shape);
        Tensor out = empty(DType.F32, shape);
        if (values.length > 0) {
            FloatPointer data = out.handle.data_ptr_float();
            data.put(values, 0, values.length);
        }
        return out;
    }

    /** Int64 values in row-major order. */
    public static Tensor of(long[] values, long... shape) {
        requireCount(values.length, shape);
        Tensor out = empty(DType.I64, shape);
        if (values.length > 0) {
            LongPointer data = out.handle.data_ptr_long();
            data.put(values, 0, values.length);
        }
        return out;
    }

    /** Bytes in row-major order. */
    public static Tensor of(byte[] values, long... shape) {
        requireCount(values.length, shape);
        Tensor out = empty(DType.U8, shape);
        if (values.length > 0) {
            out.handle.data_ptr_byte().put(values, 0, values.length);
        }
        return out;
    }

    /** A float32 scalar, shape {@code []}. */
    public static Tensor scalar(double value) {
        return full(value, DType.F32);
    }

    /** Float32 integers 0, 1, ... n-1. */
    public static Tensor arange(long n) {
        try (Scalar end = new Scalar(n)) {
            return wrap(() -> torch.arange(end, cpu(DType.F32)));
        }
    }

    /** Ones on the diagonal of a square of zeros. */
    public static Tensor identity(long n, DType type) {
        return wrap(() -> torch.eye(n, cpu(type)));
    }

    /** {@code n} float32 values from start to end, both included; the second half is computed from the end. */
    public static Tensor linspace(double start, double end, long n) {
        try (Scalar from = new Scalar(start);
                Scalar to = new Scalar(end)) {
            return wrap(() -> torch.linspace(from, to, n, cpu(DType.F32)));
        }
    }

    /**
     * A view of memory that somebody else owns, such as a mapped file; nothing is copied. The memory must outlive the
     * tensor and, when mapped read-only, must never be written in place.
     *
     * @throws IllegalArgumentException if the segment's size is not that of the shape or it is misaligned
     */
    public static Tensor view(MemorySegment segment, DType type, long... shape) {
        long bytes = count(shape) * type.bytes();
        if (segment.byteSize() != bytes) {
            throw new IllegalArgumentException("A " + type + " tensor of shape " + Arrays.toString(shape) + " needs "
                    + bytes + " bytes, the segment has " + segment.byteSize());
        }
        if (bytes == 0) {
            return empty(type, shape);
        }
        if (segment.address() % type.bytes() != 0) {
            throw new IllegalArgumentException("Misaligned data for " + type);
        }
        return wrap(() -> torch.from_blob(new Native.Address(segment.address()), shape, cpu(type)));
    }

    /** A copy of raw little-endian memory, however it is aligned. */
    public static Tensor copyOf(MemorySegment segment, DType type, long... shape) {
        Tensor out = empty(type, shape);
        if (out.count() > 0) {
            out.bytes().copyFrom(segment);
        }
        return out;
    }

    /** Joins along an existing dimension. */
    public static Tensor cat(List<Tensor> tensors, long dim) {
        return joined(tensors, v -> torch.cat(v, dim));
    }

    /** Joins along a new dimension. */
    public static Tensor stack(List<Tensor> tensors, long dim) {
        return joined(tensors, v -> torch.stack(v, dim));
    }

    /** Picks from a where the condition holds, else from b. */
    public static Tensor where(Tensor condition, Tensor a, Tensor b) {
        return wrap(() -> torch.where(condition.handle, a.handle, b.handle));
    }

    private static void requireCount(long given, long[] shape) {
        if (given != count(shape)) {
            throw new IllegalArgumentException(
                    given + " values do not fill shape " + Arrays.toString(shape) + " of " + count(shape));
        }
    }

    static long count(long[] shape) {
        long n = 1;
        for (long d : shape) {
            n = Math.multiplyExact(n, d);
        }
        return n;
    }
}
