package stipple.train.run;

import java.nio.file.Path;
import java.util.Map;

/** What a run reports while it goes on. */
public sealed interface TrainEvent {
    /**
     * The run begins or goes on.
     *
     * @param parameters number of trained parameters
     * @param step first step to be done
     * @param steps last step
     * @param checkpoint what it resumes from, or null
     */
    record Started(long parameters, long step, long steps, Path checkpoint) implements TrainEvent {}

    /**
     * One line of metrics.
     *
     * @param step steps done
     * @param steps steps in all
     * @param loss mean total loss since the last line
     * @param parts mean parts since the last line
     * @param lr learning rate
     * @param gradientNorm norm before clipping
     * @param samplesPerSecond pictures per second since the last line
     * @param tokensPerSecond image tokens per second
     * @param secondsLeft estimate to the end
     */
    record Progress(
            long step,
            long steps,
            double loss,
            Map<String, Double> parts,
            double lr,
            double gradientNorm,
            double samplesPerSecond,
            double tokensPerSecond,
            double secondsLeft)
            implements TrainEvent {}

    /** Figures on held-out data. */
    record Evaluated(long step, Map<String, Double> figures) implements TrainEvent {}

    /** A checkpoint was written. */
    record Saved(long step, Path folder) implements TrainEvent {}

    /** A damaged checkpoint was passed over. */
    record Skipped(Path checkpoint, String reason) implements TrainEvent {}

    /** The run is over; {@code completed} is false if it was stopped and can be resumed. */
    record Finished(long step, boolean completed, Path model) implements TrainEvent {}
}
