package stipple.model.pacore;

import java.io.Serial;

/** An answer that could not be had; the round goes on without it. */
public final class FailedTrajectory extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With the reason for people. */
    public FailedTrajectory(String message, Throwable cause) {
        super(message, cause);
    }

    /** With the reason for people. */
    public FailedTrajectory(String message) {
        super(message);
    }
}
