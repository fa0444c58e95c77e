package stipple.server.runs;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A training run as its folder tells.
 *
 * @param id by which clients ask for it
 * @param name its path below the folder of runs
 * @param folder where it is
 * @param state whether it goes on
 * @param why more about the state in words, empty if there is no more to say
 * @param objective what is trained, empty if unknown
 * @param step steps done, as far as the log says
 * @param steps steps in all, if the recipe says
 * @param started when the last process began to train
 * @param updated when the log last grew
 * @param secondsLeft to the end, while it goes on and its pace is known
 * @param newest the newest value of every figure, NaN for one that is not finite
 * @param loss the loss over the steps, as a small curve
 * @param samples sample grids, oldest first
 * @param problems what cannot be read
 */
public record TrainingRun(
        String id,
        String name,
        Path folder,
        RunState state,
        String why,
        String objective,
        long step,
        OptionalLong steps,
        Optional<Instant> started,
        Optional<Instant> updated,
        OptionalDouble secondsLeft,
        Map<String, Double> newest,
        Optional<Curve> loss,
        List<Sample> samples,
        List<String> problems) {
    static final String METRICS = "metrics.jsonl";

    /**
     * A sample grid.
     *
     * @param step when it was drawn
     * @param file its name
     */
    public record Sample(long step, String file) {}

    /**
     * Texts of a run.
     *
     * @param recipe empty if there is none
     * @param log the last lines of what it said in words
     */
    public record Texts(String recipe, String log) {}
}
