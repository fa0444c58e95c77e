package stipple.train.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import stipple.torch.MachineSpeed;
import stipple.torch.ProcessMemory;
import stipple.train.objective.Objective;
import stipple.train.objective.Workload;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;
import stipple.train.run.ParameterParts;
import stipple.train.run.TrainStep;
import stipple.train.state.RunFolder;

/**
 * What is known about a run before it starts: it does a few steps in memory and writes nothing.
 *
 * @param recipe the recipe with every value as it is used
 * @param parameters trained parameters by part of the model
 * @param memory what the run holds
 * @param residentBytes memory of this process after the timed steps, data and libraries included; 0 if unknown
 * @param workload what one picture costs
 * @param done steps that checkpoints in the output folder already have
 * @param secondsPerStep measured, without drawing, measuring and saving
 * @param peakFlops measured floating-point operations per second of a large matrix product
 * @param utilization speed of the timed steps over that peak (MFU)
 */
public record Preflight(
        String recipe,
        Map<String, Long> parameters,
        MemoryNeed memory,
        long residentBytes,
        Workload workload,
        long done,
        double secondsPerStep,
        double peakFlops,
        double utilization) {
    private static final int MOST_STEPS = 5;
    private static final double ENOUGH_SECONDS = 20;

    /** Does one step to warm up, then times up to five more. */
    public static Preflight run(Recipe recipe, Objective objective) {
        double peak = MachineSpeed.matmul(recipe.compute());
        double seconds;
        try (TrainStep step = new TrainStep(recipe, objective)) {
            seconds = time(step);
        }
        double flops = objective.workload().flops() * recipe.batch() / seconds;
        return new Preflight(
                RecipeReader.write(recipe),
                ParameterParts.of(objective.weights()),
                MemoryNeed.of(recipe, objective),
                ProcessMemory.peak(),
                objective.workload(),
                done(Path.of(recipe.output())),
                seconds,
                peak,
                flops / peak);
    }

    /**
     * The same with an objective that is opened for it. What it keeps between steps goes to a folder that is removed.
     *
     * @param open opens the objective of a recipe that is the same but for its output
     */
    public static Preflight run(Recipe recipe, Function<Recipe, Objective> open) {
        return ScratchOutput.with(recipe, scratch -> {
            try (Objective objective = open.apply(scratch)) {
                return run(recipe, objective);
            }
        });
    }

    /** Seconds of one step, the middle one of those timed. */
    private static double time(TrainStep step) {
        step.run(0);
        double[] times = new double[MOST_STEPS];
        int count = 0;
        double all = 0;
        while (count < MOST_STEPS && all < ENOUGH_SECONDS) {
            long start = System.nanoTime();
            step.run(count + 1L);
            times[count] = (System.nanoTime() - start) / 1e9;
            all += times[count++];
        }
        Arrays.sort(times, 0, count);
        return times[count / 2];
    }

    private static long done(Path output) {
        if (!Files.isDirectory(output)) {
            return 0;
        }
        List<RunFolder.Checkpoint> checkpoints = new RunFolder(output).checkpoints();
        return checkpoints.isEmpty() ? 0 : checkpoints.getFirst().state().step();
    }

    /** All trained parameters. */
    public long parameterCount() {
        return parameters.values().stream().mapToLong(n -> n).sum();
    }
}
