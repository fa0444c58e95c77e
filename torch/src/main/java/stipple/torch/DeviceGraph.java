package stipple.torch;

/**
 * Operations of fixed shapes on fixed memory that were recorded once and are run again as a whole: one launch in place of
 * thousands. What they read and write is where it was when they were recorded; callers put new values there.
 */
public interface DeviceGraph extends AutoCloseable {
    /** Queues all operations after what was queued on the device before. */
    void replay();

    /** Frees the recording; the device has finished its last run. */
    @Override
    void close();

    /** Records graphs. */
    interface Recorder {
        /**
         * Runs the work, so that everything it needs once is there, and records it. Its results are in place after the first
         * {@linkplain DeviceGraph#replay() replay}.
         *
         * @param work queues operations and neither waits for the device nor reads from it; it may be run several times
         * @throws TorchException if it cannot be recorded; the device is as usable as before
         */
        DeviceGraph record(Runnable work);
    }
}
