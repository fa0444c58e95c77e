package stipple.server.store;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A job as the database knows it.
 *
 * @param id 128 random bits; whoever knows it may fetch its pictures
 * @param origin who waits for it
 * @param state where it stands
 * @param created when it was accepted, in milliseconds since 1970, later than any accepted before by the same process
 * @param started when drawing began
 * @param finished when it was over
 * @param owner the process that draws it or did so last, empty if none
 * @param attempts how often drawing was begun
 * @param cancelRequested whether its end was asked for
 * @param tokensDrawn image tokens so far
 * @param model the name of the model
 * @param spec what to do
 * @param failure why it failed
 */
public record Job(
        String id,
        Origin origin,
        JobState state,
        long created,
        OptionalLong started,
        OptionalLong finished,
        String owner,
        int attempts,
        boolean cancelRequested,
        int tokensDrawn,
        String model,
        JobSpec spec,
        Optional<Failure> failure) {

    /** Who waits for a job. */
    public enum Origin {
        /** Nobody: it lives in the database and whoever has the time draws it. */
        JOB,
        /** A call that holds a connection open to one process, without which there is no point in going on. */
        CALL
    }

    /**
     * Why a job failed.
     *
     * @param code one word
     * @param message one line
     */
    public record Failure(String code, String message) {}

    /** Whether a picture is changed rather than drawn from text alone. */
    public boolean edit() {
        return spec.input().isPresent();
    }

    /** The name of the file with the picture to edit. */
    public String inputFile() {
        return id + "-input";
    }

    /** The name of the file with the picture to continue. */
    public String startFile() {
        return id + "-start";
    }

    /** The name of a picture's file. */
    public String pictureFile(int position) {
        return id + "-" + position + "." + spec.format().id();
    }
}
