package stipple.server.store;

import java.util.Locale;

/** Where a job stands. */
public enum JobState {
    /** Waits for its turn. */
    QUEUED,
    /** Is being drawn. */
    GENERATING,
    /** All its pictures are there. */
    COMPLETED,
    /** Could not be drawn; the error says why. */
    FAILED,
    /** Somebody asked for its end. */
    CANCELLED;

    /** The name in the API and the database. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The state of that name. */
    public static JobState of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }

    /** Whether nothing will happen any more. */
    public boolean over() {
        return this != QUEUED && this != GENERATING;
    }
}
