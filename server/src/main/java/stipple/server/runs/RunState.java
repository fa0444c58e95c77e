package stipple.server.runs;

import java.util.Locale;

/** Whether a training run goes on, and if not, how it ended. */
public enum RunState {
    /** A process trains. */
    RUNNING,
    /** All steps are done. */
    FINISHED,
    /** It was stopped and can go on. */
    STOPPED,
    /** It ended by itself before its last step. */
    FAILED;

    /** The name in the API. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
