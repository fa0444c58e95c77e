package stipple.train.pipeline;

/** A row stream of single samples that comes in passes, each of which holds every sample once. */
public interface SampleStream extends RowStream {
    /** Samples in a pass. */
    int size();
}
