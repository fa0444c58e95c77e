package stipple.model.decode;

/**
 * A prompt that was read: its keys and values and its last hidden state, shared by all pictures that continue it and
 * freed when the last holder lets go. Used by one thread.
 */
public abstract class Prompt {
    private final int length;
    private int holders = 1;

    /**
     * A prompt with one holder.
     *
     * @param length in tokens
     */
    protected Prompt(int length) {
        this.length = length;
    }

    /** Tokens of the prompt. */
    public final int length() {
        return length;
    }

    /** Current holders. */
    public final int holders() {
        return holders;
    }

    /** Adds a holder. */
    public final void hold() {
        requireHeld();
        holders++;
    }

    /** Takes a holder away; the last one frees the memory. */
    public final void release() {
        requireHeld();
        holders--;
        if (holders == 0) {
            free();
        }
    }

    private void requireHeld() {
        if (holders == 0) {
            throw new IllegalStateException("Nobody holds this prompt any more");
        }
    }

    /** Frees the memory; called once. */
    protected abstract void free();
}
