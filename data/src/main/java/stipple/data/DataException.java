package stipple.data;

/**
 * Data that cannot be used: a broken shard, a picture nothing can decode, a package that cannot be fetched. The message
 * is one line that says what happened, what was given and what works; front ends print it without a stack trace.
 */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A fault described by its message. */
    public DataException(String message) {
        super(message);
    }

    /** A fault with the lower-level failure that revealed it. */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
