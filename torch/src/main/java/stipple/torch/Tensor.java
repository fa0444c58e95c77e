package stipple.torch;

import static stipple.torch.Native.inPlace;
import static stipple.torch.Native.scalarType;
import static stipple.torch.Native.wrap;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * A multi-dimensional array in native memory, owned by a {@link Scope}. Operations return new tensors in the current
 * scope of the thread; names ending in {@code InPlace} write into this one. Not thread-safe.
 */
public final class Tensor extends TensorArithmetic implements AutoCloseable {
    private static final AtomicLong LIVE = new AtomicLong();

    Scope owner;
    int slot;

    Tensor(org.bytedeco.pytorch.Tensor handle, Scope scope) {
        super(handle);
        LIVE.incrementAndGet();
        scope.register(this);
    }

    /** Number of tensors alive in this process; a loop that does not leak leaves it where it was. */
    public static long live() {
        return LIVE.get();
    }

    void freeHandle() {
        handle.close();
        LIVE.decrementAndGet();
    }

    /** Frees this tensor before its scope does. */
    @Override
    public void close() {
        if (owner != null) {
            owner.free(this);
        }
    }

    // ---- what it is

    /** Number of dimensions. */
    public int dim() {
        return TorchException.guard(() -> (int) handle.dim());
    }

    /** Length of one dimension; negative counts from the end. */
    public long size(int dim) {
        return TorchException.guard(() -> handle.size(dim));
    }

    /** All dimensions. */
    public long[] shape() {
        long[] shape = new long[dim()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = handle.size(i);
        }
        return shape;
    }

    /** Number of elements. */
    public long count() {
        return TorchException.guard(handle::numel);
    }

    /** Element type. */
    public DType dtype() {
        return Native.dtype(TorchException.guard(handle::scalar_type));
    }

    /** Where the data lives. */
    public Device device() {
        try (var d = TorchException.guard(handle::device)) {
            return d.is_cpu() ? Device.CPU : new Device(Device.Type.CUDA, d.index());
        }
    }

    // ---- data in and out

    /** Converts to another element type; the same tensor data when it already has it. */
    public Tensor to(DType type) {
        return wrap(() -> handle.to(scalarType(type)));
    }

    /** Moves to a device. */
    public Tensor to(Device device) {
        try (var d = device.handle()) {
            return wrap(() -> handle.to(d, handle.scalar_type()));
        }
    }

    /** Copies all values out as float32. */
    public float[] toFloats() {
        float[] values = new float[Math.toIntExact(count())];
        if (values.length > 0) {
            try (Scope scope = Scope.open()) {
                to(DType.F32)
                        .to(Device.CPU)
                        .contiguous()
                        .handle
                        .data_ptr_float()
                        .get(values);
            }
        }
        return values;
    }

    /** Copies all values of an I64 tensor out. */
    public long[] toLongs() {
        long[] values = new long[Math.toIntExact(count())];
        if (values.length > 0) {
            try (Scope scope = Scope.open()) {
                to(DType.I64).to(Device.CPU).contiguous().handle.data_ptr_long().get(values);
            }
        }
        return values;
    }

    /** Copies all values out as unsigned bytes; the caller has scaled and clamped them to 0..255. */
    public byte[] toBytes() {
        byte[] values = new byte[Math.toIntExact(count())];
        if (values.length > 0) {
            try (Scope scope = Scope.open()) {
                to(DType.U8).to(Device.CPU).contiguous().handle.data_ptr_byte().get(values);
            }
        }
        return values;
    }

    /** The only value of a one-element tensor. */
    public double item() {
        try (Scalar value = TorchException.guard(handle::item)) {
            return value.toDouble();
        }
    }

    /**
     * The raw bytes of a contiguous CPU tensor, without a copy, valid while this tensor lives.
     *
     * @throws IllegalStateException if the tensor is not contiguous on the CPU
     */
    public MemorySegment bytes() {
        if (!TorchException.guard(() -> handle.is_contiguous() && handle.is_cpu())) {
            throw new IllegalStateException("Raw bytes need a contiguous tensor on the CPU");
        }
        return MemorySegment.ofAddress(handle.data_ptr().address()).reinterpret(count() * dtype().bytes());
    }

    // ---- shape

    /** The same values under another shape; one dimension may be -1. */
    public Tensor reshape(long... shape) {
        return wrap(() -> handle.reshape(shape));
    }

    /** Reorders dimensions. */
    public Tensor permute(long... dims) {
        return wrap(() -> handle.permute(dims));
    }

    /** Swaps two dimensions. */
    public Tensor transpose(long a, long b) {
        return wrap(() -> handle.transpose(a, b));
    }

    /** A view of {@code length} entries of one dimension from {@code start}. */
    public Tensor narrow(long dim, long start, long length) {
        return wrap(() -> handle.narrow(dim, start, length));
    }

    /** A view of one index of a dimension, which disappears. */
    public Tensor select(long dim, long index) {
        return wrap(() -> handle.select(dim, index));
    }

    /** Inserts a dimension of length 1. */
    public Tensor unsqueeze(long dim) {
        return wrap(() -> handle.unsqueeze(dim));
    }

    /** Removes a dimension of length 1. */
    public Tensor squeeze(long dim) {
        return wrap(() -> handle.squeeze(dim));
    }

    /** Broadcasts to a shape without copying; -1 keeps a dimension. */
    public Tensor expand(long... shape) {
        return wrap(() -> handle.expand(shape));
    }

    /** Tiles the whole tensor. */
    public Tensor repeat(long... times) {
        return wrap(() -> handle.repeat(times));
    }

    /** Row-major memory, copied only if it is not already. */
    public Tensor contiguous() {
        return wrap(handle::contiguous);
    }

    /** Memory order with channels innermost, the faster one for convolutions; the shape stays {@code [n, c, h, w]}. */
    public Tensor channelsLast() {
        return wrap(() -> handle.contiguous(torch.MemoryFormat.ChannelsLast));
    }

    /** Splits one dimension into equal consecutive parts. */
    public Tensor[] chunk(int parts, int dim) {
        long[] lengths = new long[parts];
        Arrays.fill(lengths, size(dim) / parts);
        return split(lengths, dim);
    }

    /**
     * Views of consecutive parts of one dimension. Their gradients are joined in one piece, where each {@link #narrow} would
     * fill and add a whole one.
     *
     * @param lengths of the parts; their sum is the length of the dimension
     */
    public Tensor[] split(long[] lengths, long dim) {
        return Native.parts(() -> torch.split_with_sizes(handle, lengths, dim));
    }

    /** Entries of one dimension picked by an I64 index tensor. */
    public Tensor indexSelect(long dim, Tensor index) {
        return wrap(() -> handle.index_select(dim, index.handle));
    }

    /** A copy in which the entries at {@code index} of a dimension are replaced by those of {@code source}. */
    public Tensor indexCopy(long dim, Tensor index, Tensor source) {
        return wrap(() -> handle.index_copy(dim, index.handle, source.handle));
    }

    /** All memory of a contiguous tensor as U8 {@code [bytes]}, without a copy. */
    Tensor asBytes() {
        Tensor flat = wrap(() -> handle.view(-1));
        return wrap(() -> flat.handle.view(torch.ScalarType.Byte));
    }

    // ---- in place

    /** Overwrites the values. */
    public Tensor copyInPlace(Tensor source) {
        return inPlace(this, () -> handle.copy_(source.handle));
    }

    /**
     * Overwrites the values without waiting for the copy, which takes its place among the operations of the device. A
     * {@linkplain Tensors#staging staging} source must keep its values until something later was waited for.
     */
    public Tensor copyAsync(Tensor source) {
        return inPlace(this, () -> handle.copy_(source.handle, true));
    }

    /** Sets every element to zero. */
    public Tensor zeroInPlace() {
        return inPlace(this, handle::zero_);
    }

    /** Adds another tensor. */
    public Tensor addInPlace(Tensor other) {
        return inPlace(this, () -> handle.add_(other.handle));
    }

    /** Multiplies by a number. */
    public Tensor mulInPlace(double value) {
        Native.withScalarRun(value, s -> handle.mul_(s));
        return this;
    }

    /** Moves towards another tensor: self + weight * (other - self). */
    public Tensor lerpInPlace(Tensor other, double weight) {
        Native.withScalarRun(weight, s -> handle.lerp_(other.handle, s));
        return this;
    }

    @Override
    public String toString() {
        return owner == null
                ? "Tensor(closed)"
                : "Tensor" + Arrays.toString(shape()) + " " + dtype() + " on " + device();
    }
}
