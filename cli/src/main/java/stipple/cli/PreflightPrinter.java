package stipple.cli;

import java.io.PrintWriter;
import java.util.Locale;
import stipple.train.check.Estimate;
import stipple.train.check.MemoryNeed;
import stipple.train.check.Preflight;
import stipple.train.data.EncodingSample;
import stipple.train.recipe.Recipe;

/** Prints what a run would need. */
final class PreflightPrinter {
    private static final double MIB = 1 << 20;
    private static final double DAY = 86_400;
    /** Share of the peak of matrix products that good training reaches. */
    private static final double USUAL = 0.4;

    private final PrintWriter out;

    PreflightPrinter(PrintWriter out) {
        this.out = out;
    }

    void print(Recipe recipe, Preflight check, EncodingSample sample) {
        out.println(check.recipe().strip());
        out.println();
        out.printf(Locale.ROOT, "parameters %,d%n", check.parameterCount());
        check.parameters().forEach((part, count) -> out.printf(Locale.ROOT, "  %-28s %,14d%n", part, count));
        memory(recipe, check);
        speed(recipe, check);
        if (sample.encoded() < sample.pictures()) {
            out.printf(
                    Locale.ROOT,
                    "pictures %,d, of which %,d were encoded for this estimate and stood in for the rest; all of them take"
                            + " about %s before the first step%s%n",
                    sample.pictures(),
                    sample.encoded(),
                    TrainPrinter.duration(sample.seconds()),
                    recipe.data().latents() == null ? "" : ", less what data.latents keeps");
        }
        out.println("nothing was written");
        out.flush();
    }

    /**
     * Prints what was counted.
     *
     * @param processes that share each batch
     * @param available bytes of memory that are free here
     * @param peakFlops what the machines that train reach together in matrix products
     */
    void print(Recipe recipe, Estimate estimate, int processes, long available, double peakFlops) {
        out.println(estimate.recipe().strip());
        out.println();
        out.printf(
                Locale.ROOT,
                "parameters %,d, of which %,d are trained%n",
                estimate.parameterCount(),
                estimate.trained());
        estimate.parameters().forEach((part, count) -> out.printf(Locale.ROOT, "  %-28s %,14d%n", part, count));
        need(recipe, estimate.memory(), processes);
        if (estimate.memory().total() > available) {
            mebibytes("available here", available);
        }
        double flops = estimate.workload().flops() * recipe.batch();
        out.printf(
                Locale.ROOT,
                "time %s for %,d steps of %.3f TFLOP at %.0f %% of %.2f TFLOP/s%n",
                days(recipe.steps() * flops / (peakFlops * USUAL)),
                recipe.steps(),
                flops / 1e12,
                100 * USUAL,
                peakFlops / 1e12);
        out.printf(
                Locale.ROOT,
                "  %,.0f tokens a step%n",
                recipe.batch() * estimate.workload().tokens());
        out.println("counted, not measured: nothing was allocated" + reason(estimate, available));
        estimate.missing().forEach(path -> out.println("  missing: " + path));
        estimate.assumed().forEach(text -> out.println("  assumed " + text));
        out.println("nothing was written");
        out.flush();
    }

    private static String reason(Estimate estimate, long available) {
        if (!estimate.missing().isEmpty()) {
            return ", because inputs of the run are missing";
        }
        return estimate.memory().total() > available ? ", because the run does not fit into memory here" : "";
    }

    private static String days(double seconds) {
        return seconds < 2 * DAY
                ? TrainPrinter.duration(seconds)
                : String.format(Locale.ROOT, seconds < 1000 * DAY ? "%.1f days" : "%,.0f days", seconds / DAY);
    }

    private void memory(Recipe recipe, Preflight check) {
        need(recipe, check.memory(), 1);
        if (check.residentBytes() > 0) {
            mebibytes("peak so far, data included", check.residentBytes());
        }
    }

    private void need(Recipe recipe, MemoryNeed need, int processes) {
        out.printf(
                Locale.ROOT,
                "memory %,.0f MiB%s, to within a factor of two%n",
                need.total() / MIB,
                processes > 1 ? " in each of " + processes + " processes" : "");
        mebibytes("weights", need.weights());
        mebibytes("gradients", need.gradients());
        mebibytes("moments of AdamW", need.moments());
        mebibytes("average", need.average());
        int atOnce = Math.max(1, recipe.batch() / recipe.accumulate() / processes);
        mebibytes("activations, " + atOnce + " at a time", need.activations());
    }

    private void mebibytes(String name, long bytes) {
        out.printf(Locale.ROOT, "  %-28s %,14.0f MiB%n", name, bytes / MIB);
    }

    private void speed(Recipe recipe, Preflight check) {
        long left = Math.max(0, recipe.steps() - check.done());
        double flops = check.workload().flops() * recipe.batch();
        out.printf(
                Locale.ROOT,
                "speed %.3f s a step, %.1f samples/s, %.0f tokens/s%n",
                check.secondsPerStep(),
                recipe.batch() / check.secondsPerStep(),
                recipe.batch() * check.workload().tokens() / check.secondsPerStep());
        out.printf(
                Locale.ROOT,
                "  %.3f TFLOP a step; matrix products reach %.2f TFLOP/s here, the steps %.0f %% of that (MFU)%n",
                flops / 1e12,
                check.peakFlops() / 1e12,
                check.utilization() * 100);
        if (left == 0) {
            out.printf(Locale.ROOT, "all %,d steps are done already%n", recipe.steps());
            return;
        }
        out.printf(
                Locale.ROOT,
                "time %s for %,d steps%s, without drawing, measuring and saving; at the machine's peak %s%n",
                TrainPrinter.duration(left * check.secondsPerStep()),
                left,
                check.done() > 0 ? " after the " + check.done() + " that are done" : "",
                TrainPrinter.duration(left * flops / check.peakFlops()));
    }
}
