package stipple.torch;

/** Another process of the group has died, hangs or could not be reached; the message says which rank, as far as known. */
public final class PeerLostException extends UserException {
    private static final long serialVersionUID = 1L;

    PeerLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
