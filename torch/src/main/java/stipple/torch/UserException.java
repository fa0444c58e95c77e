package stipple.torch;

/**
 * A mistake of the caller: bad input, an impossible parameter, a broken file. The message is one line that says what
 * happened, what was given and what works; front ends print it without a stack trace.
 */
public class UserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A mistake described by its message. */
    public UserException(String message) {
        super(message);
    }

    /** A mistake with the lower-level failure that revealed it. */
    public UserException(String message, Throwable cause) {
        super(message, cause);
    }
}
