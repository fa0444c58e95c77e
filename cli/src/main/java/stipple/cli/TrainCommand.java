package stipple.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stipple.train.objective.Objective;
import stipple.train.objective.Objectives;
import stipple.train.recipe.Recipe;
import stipple.train.recipe.RecipeReader;
import stipple.train.run.Trainer;

/** {@code stipple train RECIPE.yaml}. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Trains by a recipe; a run that was interrupted continues from its newest checkpoint.",
        footer = {"", "Example: stipple train recipes/tokenizer-64.yaml --set steps=200"})
final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RECIPE", description = "YAML file, see recipes/")
    private Path recipe;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "overrides one value, for example optimizer.lr=1e-4")
    private List<String> overrides = List.of();

    @Override
    public Integer call() {
        Recipe read = RecipeReader.read(recipe, overrides);
        TrainPrinter printer = new TrainPrinter(spec.commandLine().getOut());
        try (Objective objective = Objectives.of(read);
                Trainer trainer = new Trainer(read, objective, printer)) {
            CountDownLatch saved = new CountDownLatch(1);
            // Ctrl-C and SIGTERM: finish the step, save, leave.
            Thread hook = new Thread(() -> {
                trainer.requestStop();
                try {
                    if (!saved.await(60, TimeUnit.SECONDS)) {
                        printer.gaveUp();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                trainer.run();
            } finally {
                saved.countDown();
                removeHook(hook);
            }
            return printer.completed() ? 0 : 130;
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is waiting for us right now, which is what it is for.
        }
    }
}
