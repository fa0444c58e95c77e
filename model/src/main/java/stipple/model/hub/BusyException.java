package stipple.model.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The hub cannot answer now (status 408, 429 or 5xx) and may say when to come back. */
final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Optional<Duration> retryAfter;

    BusyException(String message, Optional<Duration> retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** How long to stay away. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
