package stipple.train.check;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import stipple.torch.MachineSpeed;
import stipple.torch.ProcessMemory;
import stipple.torch.UserException;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.run.StepPhases;
import stipple.train.run.TrainStep;

/**
 * How fast a recipe trains here; nothing is written.
 *
 * @param schema version of this format
 * @param version of Stipple
 * @param when start, ISO 8601
 * @param steps that were timed
 * @param seconds of one step, median
 * @param low first quartile of the same
 * @param high third quartile of the same
 * @param samples pictures per second
 * @param tokens tokens per second, text included
 * @param flops operations per second that the model needs, what is computed twice counted once
 * @param peakFlops of a large matrix product in the recipe's type, the better of one before and one after
 * @param utilization flops over that peak (MFU)
 * @param phases seconds of one step by what it does, mean
 * @param peakBytes the most memory of the process
 */
public record TrainSpeed(
        int schema,
        String version,
        String when,
        int steps,
        double seconds,
        double low,
        double high,
        double samples,
        double tokens,
        double flops,
        double peakFlops,
        double utilization,
        Map<String, Double> phases,
        long peakBytes) {
    /** The format that this version writes. */
    public static final int SCHEMA = 1;

    private static final int MOST_STEPS = 10_000;

    /** Copies the map in order. */
    public TrainSpeed {
        phases = new LinkedHashMap<>(phases);
    }

    /**
     * Does two steps to warm up and times the next ones.
     *
     * @param version of Stipple, for the report
     */
    public static TrainSpeed measure(Recipe recipe, Objective objective, int steps, String version) {
        if (steps < 1 || steps > MOST_STEPS) {
            throw new UserException("The steps to time must be from 1 to " + MOST_STEPS + ", got " + steps);
        }
        String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        double before = MachineSpeed.matmul(recipe.compute());
        double[] times = new double[steps];
        Map<String, Double> phases = new LinkedHashMap<>();
        try (TrainStep step = new TrainStep(recipe, objective)) {
            step.run(0);
            step.run(1);
            step.phases().clear();
            double waited = objective.waitedSeconds();
            for (int i = 0; i < steps; i++) {
                long start = System.nanoTime();
                step.run(i + 2L);
                times[i] = (System.nanoTime() - start) / 1e9;
            }
            phases.put("waiting for data", (objective.waitedSeconds() - waited) / steps);
            for (StepPhases.Phase phase : StepPhases.Phase.values()) {
                phases.put(phase.label(), step.phases().seconds(phase) / steps);
            }
            // Data are waited for while the loss is made.
            phases.merge(
                    StepPhases.Phase.FORWARD.label(), -phases.get("waiting for data"), (a, b) -> Math.max(0, a + b));
        }
        double booked = phases.values().stream().mapToDouble(s -> s).sum();
        phases.put("rest", Math.max(0, Arrays.stream(times).average().orElse(0) - booked));
        Arrays.sort(times);
        double median = times[steps / 2];
        double peak = Math.max(before, MachineSpeed.matmul(recipe.compute()));
        double flops = objective.workload().flops() * recipe.batch() / median;
        return new TrainSpeed(
                SCHEMA,
                version,
                when,
                steps,
                median,
                times[steps / 4],
                times[(3 * steps) / 4],
                recipe.batch() / median,
                recipe.batch() * objective.workload().tokens() / median,
                flops,
                peak,
                flops / peak,
                phases,
                ProcessMemory.peak());
    }
}
