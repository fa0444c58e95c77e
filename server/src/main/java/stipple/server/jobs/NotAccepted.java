package stipple.server.jobs;

import java.time.Duration;

/** A job is not accepted now, and may be later. */
public final class NotAccepted extends RuntimeException {
    /** Why. */
    public enum Reason {
        /** As many wait as may. */
        FULL,
        /** The server is about to end. */
        DRAINING
    }

    private final Reason reason;
    private final Duration retryAfter;

    NotAccepted(Reason reason, String message, Duration retryAfter) {
        super(message);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
