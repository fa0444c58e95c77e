package stipple.model.decode;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import stipple.torch.kernels.DecodeKernels;
import stipple.torch.kernels.Words;

/** A picture whose rows continue prompts in native memory. */
final class NativePicture implements DecodeBackend.Picture {
    private final List<NativePrompt> prompts;
    private final List<NativeStore> stores = new ArrayList<>();
    private final Workspace hidden = new Workspace();
    private final long rowBytes;
    private int index;
    private int left;
    private int read;

    /**
     * Takes hold of the prompts.
     *
     * @param tokens image tokens to draw; the last one is not read again
     */
    NativePicture(NativeBackbone backbone, List<NativePrompt> prompts, int tokens, int first) {
        this.prompts = List.copyOf(prompts);
        this.index = first;
        this.left = tokens;
        this.rowBytes = (long) backbone.hidden() * Float.BYTES;
        try {
            for (int i = 0; i < prompts.size(); i++) {
                stores.add(new NativeStore(backbone, tokens - 1L));
            }
            MemorySegment states = hidden.bytes(rowBytes * prompts.size());
            for (int i = 0; i < prompts.size(); i++) {
                MemorySegment.copy(prompts.get(i).hidden(), 0, states, i * rowBytes, rowBytes);
            }
        } catch (RuntimeException e) {
            free();
            throw e;
        }
        prompts.forEach(Prompt::hold);
    }

    @Override
    public int branches() {
        return prompts.size();
    }

    /** Which token of the picture comes next. */
    int index() {
        return index;
    }

    /** Last hidden states, {@code [branches][hidden]}. */
    MemorySegment hidden() {
        return hidden.bytes(rowBytes * prompts.size());
    }

    /** Counts a token; whether it must be read again because more follow. */
    boolean drawn() {
        if (left == 0) {
            throw new IllegalStateException("All tokens of this picture are drawn");
        }
        index++;
        left--;
        return left > 0;
    }

    /** Positions that the longest row covers once the next token is read. */
    long reach() {
        return read + 1L + prompts.stream().mapToLong(Prompt::length).max().orElseThrow();
    }

    /** Describes the slots that the next token goes to, {@code stp_row [branches]}, and counts it as read. */
    void rows(MemorySegment to, long first) {
        for (int i = 0; i < prompts.size(); i++) {
            NativePrompt prompt = prompts.get(i);
            NativeStore own = stores.get(i);
            Words words = NativeTable.at(to, first + i, DecodeKernels.ROW)
                    .put(prompt.length() + (long) read)
                    .put((long) prompt.length())
                    .put(prompt.store().capacity())
                    .put(prompt.store().keys())
                    .put(prompt.store().values())
                    .put(own.capacity())
                    .put(own.keys())
                    .put(own.values());
            NativeTable.require(words, DecodeKernels.ROW);
        }
        read++;
    }

    @Override
    public void close() {
        free();
        prompts.forEach(Prompt::release);
    }

    private void free() {
        stores.forEach(NativeStore::close);
        hidden.close();
    }
}
