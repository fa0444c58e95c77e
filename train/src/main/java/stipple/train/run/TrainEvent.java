package stipple.train.run;

import java.nio.file.Path;
import java.util.List;
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
     * @param peakFlops measured floating-point operations per second of a large matrix product in the recipe's type
     */
    record Started(long parameters, long step, long steps, Path checkpoint, double peakFlops) implements TrainEvent {}

    /** What the objective has to say at a step: where weights and data come from. */
    record News(long step, List<String> lines) implements TrainEvent {}

    /** A run goes on with another recipe; each line is a key with its old and its new value. */
    record RecipeChanged(List<String> changes) implements TrainEvent {}

    /**
     * One line of metrics.
     *
     * @param step steps done
     * @param steps steps in all
     * @param loss mean total loss since the last line
     * @param parts mean parts since the last line
     * @param lr learning rate
     * @param gradientNorm norm before clipping
     * @param speed rates since the last line
     * @param residentBytes memory of the process, 0 if unknown
     * @param secondsLeft estimate to the end, with everything that happens between steps
     */
    record Progress(
            long step,
            long steps,
            double loss,
            Map<String, Double> parts,
            double lr,
            double gradientNorm,
            Speed speed,
            long residentBytes,
            double secondsLeft)
            implements TrainEvent {}

    /**
     * How fast steps are, without drawing, measuring and saving.
     *
     * @param samples samples of the batch per second: pictures, or rows of packed ones
     * @param tokens tokens per second that the network reads, text included
     * @param flops floating-point operations per second, counted by formula
     * @param utilization {@code flops} over the measured peak (MFU)
     * @param waiting share of the time in which steps waited for their data
     */
    record Speed(double samples, double tokens, double flops, double utilization, double waiting) {}

    /** Figures on held-out data; {@code best} if they are the best of the run by the recipe's figure. */
    record Evaluated(long step, Map<String, Double> figures, boolean best) implements TrainEvent {}

    /** A checkpoint was written. */
    record Saved(long step, Path folder) implements TrainEvent {}

    /** A checkpoint could not be written; the run goes on and tries again at the next. */
    record SaveFailed(long step, String reason) implements TrainEvent {}

    /** Something beside the training failed, such as writing a sample grid. */
    record Trouble(long step, String text) implements TrainEvent {}

    /** A damaged checkpoint was passed over. */
    record Skipped(Path checkpoint, String reason) implements TrainEvent {}

    /** The run was asked to stop and will after this step. */
    record Stopping() implements TrainEvent {}

    /**
     * The run is over.
     *
     * @param completed false if it was stopped and can be resumed
     * @param model the exported model, or null
     * @param best the model of the best evaluation if that was not the last, or null
     */
    record Finished(long step, boolean completed, Path model, Path best) implements TrainEvent {}
}
