package stipple.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.torch.UserException;
import stipple.train.check.Preflight;
import stipple.train.objective.Objective;
import stipple.train.objective.Objectives;
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
            "  stipple train recipes/emoji-64.yaml --check"
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
            description = "says what the run would need, from a few steps in memory, and writes nothing")
    private boolean check;

    @Override
    public Integer call() {
        Recipe read = RecipeReader.read(recipe, overrides);
        if (check) {
            try (Objective objective = Objectives.of(read)) {
                Preflight preflight = Preflight.run(read, objective);
                new PreflightPrinter(spec.commandLine().getOut()).print(read, preflight);
            }
            return 0;
        }
        try (Replicas replicas = Replicas.join(Cluster.fromEnvironment(System.getenv()))) {
            return train(read, replicas);
        }
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
