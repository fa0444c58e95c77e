package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.eval.bench.BenchJson;
import stipple.train.Objectives;
import stipple.train.check.TrainSpeed;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;

/** {@code stipple bench train RECIPE}. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Measures how fast a recipe trains here, and where the time goes; writes nothing.",
        footer = {
            "",
            "Examples:",
            "  stipple bench train recipes/emoji-64.yaml",
            "  stipple bench train recipes/emoji-64.yaml --json > before.json",
            "  stipple bench train recipes/emoji-64.yaml --against before.json"
        })
final class BenchTrainCommand implements Callable<Integer> {
    private static final double GIB = 1L << 30;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RECIPE", description = "YAML file, see recipes/")
    private Path recipe;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "overrides one value, for example batch=32")
    private List<String> overrides = List.of();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "20",
            description = "steps to time, after two to warm up (default: ${DEFAULT-VALUE})")
    private int steps;

    @Option(names = "--against", paramLabel = "FILE", description = "puts an earlier --json beside the figures")
    private Path against;

    @Option(names = "--json", description = "print the report as JSON")
    private boolean json;

    @Override
    public Integer call() {
        TrainSpeed earlier = against == null ? null : BenchJson.read(against, TrainSpeed.class, TrainSpeed.SCHEMA);
        Recipe read = RecipeReader.read(recipe, overrides);
        ModelOptions.limitThreads();
        try (Objective objective = Objectives.of(read)) {
            TrainSpeed speed = TrainSpeed.measure(read, objective, steps, Version.NUMBER);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(BenchJson.write(speed));
            } else {
                print(out, "now", speed);
                if (earlier != null) {
                    print(out, "earlier", earlier);
                    out.println(String.format(
                            Locale.ROOT,
                            "%.2f times the pictures per second, %.2f times the share of the peak",
                            speed.samples() / earlier.samples(),
                            speed.utilization() / earlier.utilization()));
                }
            }
            out.flush();
        }
        return 0;
    }

    private static void print(PrintWriter out, String label, TrainSpeed speed) {
        out.println(String.format(
                Locale.ROOT,
                "%-8s %s a step (%s to %s, %d steps); %.1f samples/s, %.0f tokens/s; %.3f of %.3f TFLOP/s, MFU %.0f %%; peak %.2f GiB",
                label,
                BenchTable.time(speed.seconds()),
                BenchTable.time(speed.low()),
                BenchTable.time(speed.high()),
                speed.steps(),
                speed.samples(),
                speed.tokens(),
                speed.flops() / 1e12,
                speed.peakFlops() / 1e12,
                100 * speed.utilization(),
                speed.peakBytes() / GIB));
        double whole = speed.phases().values().stream().mapToDouble(s -> s).sum();
        out.println("         "
                + speed.phases().entrySet().stream()
                        .map(e -> String.format(
                                Locale.ROOT,
                                "%s %s (%.0f %%)",
                                e.getKey(),
                                BenchTable.time(e.getValue()),
                                100 * e.getValue() / whole))
                        .collect(Collectors.joining(", ")));
    }
}
