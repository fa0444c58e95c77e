package stipple.server.http;

/** The client closed its connection or stopped reading; there is nobody to answer to. */
public final class ClientGoneException extends RuntimeException {
    /** With the failure that told so. */
    public ClientGoneException(Throwable cause) {
        super("The client is gone", cause);
    }
}
