package stipple.server.store;

/**
 * The pictures that came with a request, as they were sent.
 *
 * @param input the file of the picture to edit, or null
 * @param start the file of the picture to continue, or null
 */
@SuppressWarnings("ArrayRecordComponent") // handed on; never compared by equals
public record SentPictures(byte[] input, byte[] start) {
    void write(JobFiles files, Job job) {
        if (input != null) {
            files.write(job.inputFile(), input);
        }
        if (start != null) {
            files.write(job.startFile(), start);
        }
    }

    static void delete(JobFiles files, Job job) {
        if (job.spec().input().isPresent()) {
            files.delete(job.inputFile());
        }
        if (job.spec().start().isPresent()) {
            files.delete(job.startFile());
        }
    }
}
