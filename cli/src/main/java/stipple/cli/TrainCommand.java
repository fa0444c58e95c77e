package stipple.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.model.load.AvailableMemory;
import stipple.torch.Device;
import stipple.torch.MachineSpeed;
import stipple.torch.UserException;
import stipple.train.Objectives;
import stipple.train.check.Estimate;
import stipple.train.check.Preflight;
import stipple.train.data.EncodingSample;
import stipple.train.objective.Objective;
import stipple.train.parallel.Cluster;
import stipple.train.parallel.Replicas;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;
import stipple.train.run.StopOnSignal;
import stipple.train.run.Trainer;

/** {@code stipple train RECIPE.yaml}. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Trains by a recipe; a run that was interrupted continues from its newest checkpoint.",
        footer = {
            "",
            "Several processes train together if MASTER_ADDR, MASTER_PORT, RANK and WORLD_SIZE say so,",
            "see docs/distributed.md.",
            "Examples:",
            "  stipple train recipes/tokenizer-64.yaml --set steps=200",
            "  stipple train recipes/emoji-64.yaml --check",
            "  stipple train recipes/stipple-128/6-anneal.yaml --measure --set nextstep.init=models/stipple-128",
            "  WORLD_SIZE=384 stipple train recipes/nextstep-14b/1-pretrain-stage1.yaml --check --peak 379776"
        })
final class TrainCommand implements Callable<Integer> {
    /** Exit code of a run that was interrupted and can go on. */
    private static final int INTERRUPTED = 130;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RECIPE", description = "YAML file, see recipes/")
    private Path recipe;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "overrides one value, for example optimizer.lr=1e-4")
    private List<String> overrides = List.of();

    @Option(
            names = "--check",
            description =
                    "says what the run would need, from a few steps in memory, or by counting if inputs are missing"
                            + " or memory is too small; writes nothing")
    private boolean check;

    @Option(
            names = "--measure",
            description = "prints the recipe's held-out figures for the model that it starts from; writes nothing")
    private boolean measure;

    @Option(
            names = "--peak",
            paramLabel = "TFLOPS",
            description = "with --check: estimates the time for machines that together reach so many TFLOP/s (default:"
                    + " this machine, measured)")
    private Double peak;

    @Override
    public Integer call() {
        Recipe read = RecipeReader.read(recipe, overrides);
        if (check && measure) {
            throw new UserException("Give --check or --measure, not both");
        }
        if (check) {
            check(read);
            return 0;
        }
        if (peak != null) {
            throw new UserException("--peak belongs to --check");
        }
        if (measure) {
            PrintWriter out = spec.commandLine().getOut();
            Objectives.measure(read)
                    .forEach((name, value) -> out.println(String.format(Locale.ROOT, "%-24s %.4f", name, value)));
            return 0;
        }
        try (Replicas replicas = Replicas.join(Cluster.fromEnvironment(System.getenv()))) {
            return train(read, replicas);
        }
    }

    private void check(Recipe read) {
        PreflightPrinter printer = new PreflightPrinter(spec.commandLine().getOut());
        int processes = processes();
        Estimate estimate = Estimate.of(read, processes);
        long available =
                AvailableMemory.of(Device.CPU).map(AvailableMemory::bytes).orElse(Long.MAX_VALUE);
        if (peak != null
                || processes > 1
                || !estimate.missing().isEmpty()
                || estimate.memory().total() > available) {
            double flops = peak == null ? MachineSpeed.matmul(read.compute()) : peak * 1e12;
            printer.print(read, estimate, processes, available, flops);
            return;
        }
        EncodingSample sample = new EncodingSample();
        Preflight measured = Preflight.run(read, scratch -> sample.during(() -> Objectives.of(scratch)));
        printer.print(read, measured, sample);
    }

    /** How many processes would share the run, by the variable that would start it. */
    private static int processes() {
        String size = System.getenv("WORLD_SIZE");
        if (size == null) {
            return 1;
        }
        if (!size.matches("[1-9][0-9]{0,5}")) {
            throw new UserException("WORLD_SIZE must be a number of processes, got '" + size + "'");
        }
        return Integer.parseInt(size);
    }

    private int train(Recipe read, Replicas replicas) {
        // All processes see the same numbers, so one of them prints.
        TrainPrinter printer =
                new TrainPrinter(replicas.leads() ? spec.commandLine().getOut() : new PrintWriter(Writer.nullWriter()));
        try (Objective objective = Objectives.of(read);
                Trainer trainer = new Trainer(read, objective, printer, replicas);
                StopOnSignal signal = StopOnSignal.install(trainer::requestStop, Runtime.getRuntime()::halt)) {
            try {
                trainer.run();
            } catch (UserException e) {
                if (printer.stopping()) {
                    // The process ends before anybody else could print this.
                    spec.commandLine().getErr().println("stipple: " + e.getMessage());
                    signal.over(Main.USER_ERROR);
                }
                throw e;
            }
            int code = printer.completed() ? 0 : INTERRUPTED;
            signal.over(code);
            return code;
        }
    }
}
