package stipple.torch;

import java.lang.foreign.MemorySegment;

/**
 * Brings memory of the host, such as a mapped file, to a device piece by piece through two buffers that the device reads by
 * itself: while one piece travels, the next one is read from the file. Used by one thread.
 */
public final class StagedUpload implements AutoCloseable {
    private static final int BUFFERS = 2;
    private static final long BUFFER_BYTES = 32L << 20;

    /** Says when the device has read a buffer. */
    interface Fences extends AutoCloseable {
        /** The device is told to read a buffer; what it was told before is done by then. */
        void mark(int buffer);

        /** Waits until the device has read what the buffer held when it was marked last. */
        void await(int buffer);

        @Override
        void close();
    }

    private final Device device;
    private final Fences fences;
    private final Scope owner = Scope.detached();
    private final Tensor[] buffers = new Tensor[BUFFERS];
    private final long bufferBytes;
    private final boolean[] travelling = new boolean[BUFFERS];
    private int next;

    /** Uploads to a device; on the CPU copies are done when they return. */
    public static StagedUpload to(Device device) {
        return new StagedUpload(
                device, BUFFER_BYTES, device.type() == Device.Type.CPU ? new DoneAtOnce() : new CudaFences(device));
    }

    private static final class DoneAtOnce implements Fences {
        @Override
        public void mark(int buffer) {}

        @Override
        public void await(int buffer) {}

        @Override
        public void close() {}
    }

    StagedUpload(Device device, long bufferBytes, Fences fences) {
        this.device = device;
        this.bufferBytes = bufferBytes;
        this.fences = fences;
        try (Scope scope = Scope.open()) {
            for (int i = 0; i < BUFFERS; i++) {
                buffers[i] = owner.adopt(Tensors.staging(device, DType.U8, bufferBytes));
            }
        } catch (RuntimeException e) {
            owner.close();
            fences.close();
            throw e;
        }
    }

    /**
     * Copies raw little-endian memory, however it is aligned. The result may be used at once by operations of the device.
     *
     * @return a new tensor on the device, in the current scope
     */
    public Tensor upload(MemorySegment source, DType type, long... shape) {
        Tensor target = Tensors.empty(device, type, shape);
        if (source.byteSize() != target.count() * type.bytes()) {
            throw new IllegalArgumentException("A tensor of " + target.count() * type.bytes()
                    + " bytes cannot be filled from " + source.byteSize());
        }
        try (Scope scope = Scope.open()) {
            Tensor bytes = target.asBytes();
            for (long at = 0; at < source.byteSize(); at += bufferBytes) {
                long length = Math.min(bufferBytes, source.byteSize() - at);
                if (travelling[next]) {
                    fences.await(next);
                }
                MemorySegment.copy(source, at, buffers[next].bytes(), 0, length);
                bytes.narrow(0, at, length).copyAsync(buffers[next].narrow(0, 0, length));
                fences.mark(next);
                travelling[next] = true;
                next = (next + 1) % BUFFERS;
            }
        }
        return target;
    }

    /** Waits for what still travels. */
    @Override
    public void close() {
        for (int i = 0; i < BUFFERS; i++) {
            if (travelling[i]) {
                fences.await(i);
                travelling[i] = false;
            }
        }
        fences.close();
        owner.close();
    }
}
