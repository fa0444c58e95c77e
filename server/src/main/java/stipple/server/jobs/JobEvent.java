package stipple.server.jobs;

import java.util.Optional;
import stipple.server.store.Job;
import stipple.server.store.JobState;
import stipple.server.store.StoredPicture;

/** What happens to a job, in order. */
public sealed interface JobEvent {
    /** Drawing began, or the job went back to the queue because its process stopped. */
    record Moved(JobState state) implements JobEvent {}

    /** A row is complete. */
    record Advanced(Progress progress) implements JobEvent {}

    /**
     * Rows can be looked at.
     *
     * @param preview the rows
     * @param replaceable whether a later one makes it dispensable
     */
    record Previewed(Preview preview, boolean replaceable) implements JobEvent {}

    /**
     * A picture is complete and kept.
     *
     * @param picture its row
     * @param file its bytes, where it was drawn by this process
     */
    record Finished(StoredPicture picture, Optional<KeptFile> file) implements JobEvent {}

    /** Nothing more will happen. */
    record Over(JobState state, Optional<Job.Failure> failure) implements JobEvent {}

    /**
     * The bytes of a picture's file.
     *
     * @param content the bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on as it is; never compared by equals
    record KeptFile(byte[] content) {}

    /** Whether a later one of the same kind makes this one dispensable for somebody who is slow. */
    default boolean transitory() {
        return this instanceof Advanced || (this instanceof Previewed previewed && previewed.replaceable());
    }
}
