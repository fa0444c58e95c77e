package stipple.server.store;

/** The job database or a file of it cannot be read or written: nobody's mistake in a request. */
public final class StoreException extends RuntimeException {
    /** With what lies behind it. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
