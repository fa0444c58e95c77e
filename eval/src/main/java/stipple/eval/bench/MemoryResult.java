package stipple.eval.bench;

/**
 * Memory of the process while it worked, in bytes, beside what it should have been.
 *
 * @param before resident before the model was there
 * @param weights of the model and the image tokenizer
 * @param cache keys and values of the largest batch that was measured
 * @param activations one set of them, by counting
 * @param peak the most that was resident
 * @param swapped moved out to disk in the end
 */
public record MemoryResult(long before, long weights, long cache, long activations, long peak, long swapped) {
    /** What was to be expected. */
    public long expected() {
        return before + weights + cache + activations;
    }

    /** The peak over what was to be expected; 1.1 is the most that should be seen. */
    public double ratio() {
        return (double) peak / expected();
    }
}
