package stipple.model.decode;

import java.lang.foreign.MemorySegment;

/** A prompt whose keys and values lie in the layout of the native kernels. */
final class NativePrompt extends Prompt {
    private final NativeStore store;
    private final Workspace hidden = new Workspace();
    private final long bytes;

    /**
     * A prompt that was read.
     *
     * @param last hidden state of its last slot, {@code [hidden]}, copied
     */
    NativePrompt(int length, NativeStore store, MemorySegment last) {
        super(length);
        this.store = store;
        this.bytes = last.byteSize();
        MemorySegment.copy(last, 0, hidden.bytes(bytes), 0, bytes);
    }

    NativeStore store() {
        return store;
    }

    /** Hidden state of the last slot. */
    MemorySegment hidden() {
        return hidden.bytes(bytes);
    }

    @Override
    protected void free() {
        store.close();
        hidden.close();
    }
}
