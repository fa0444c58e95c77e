package stipple.model.hub;

import java.nio.file.Path;
import java.time.Duration;

/** Hears how a pull is going; called by several threads. */
public interface PullListener {
    /** Tells nobody. */
    PullListener NONE = new PullListener() {};

    /** Another process pulls the same model; this one waits for it. */
    default void waiting(Path lock) {}

    /**
     * It is known what to fetch.
     *
     * @param commit that is pulled
     * @param files how many, those included that are there already
     * @param bytes of all files
     */
    default void planned(String commit, int files, long bytes) {}

    /**
     * Bytes arrived.
     *
     * @param done bytes that are there, those of earlier pulls included; may shrink when a file starts again
     */
    default void progress(long done, long total) {}

    /** Something failed and is tried again after a pause. */
    default void pausing(String what, String why, Duration pause) {}
}
