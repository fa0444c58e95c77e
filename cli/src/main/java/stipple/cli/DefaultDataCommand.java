package stipple.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.data.defaults.DefaultSets;
import stipple.data.packages.NpmPackageSource;

/** {@code stipple data build default}. */
@Command(
        name = "default",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds all sets that the default model is trained on: emoji, edits, composition, composition-edits, text.",
            "Sets that are complete are kept, so a build that was stopped goes on where it stopped."
        },
        footer = {"", "Example: stipple data build default --out build/data/default"})
final class DefaultDataCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            required = true,
            description = "folder of all sets")
    private Path out;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "side of the pictures in pixels (default: ${DEFAULT-VALUE})")
    private int size = 128;

    @Option(
            names = "--compositions",
            paramLabel = "N",
            description = "training compositions, and half as many edits of them (default: ${DEFAULT-VALUE})")
    private int compositions = 20_000;

    @Option(
            names = "--edits-per-kind",
            paramLabel = "N",
            description = "emoji edits of a kind at most (default: ${DEFAULT-VALUE})")
    private int editsPerKind = 3000;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "folder of the packages (default: ~/.cache/stipple/npm)")
    private Path cache;

    @Option(names = "--threads", paramLabel = "N", description = "threads that draw (default: ${DEFAULT-VALUE})")
    private int threads = 2;

    @Option(names = "--json", description = "print every event and the final figures as lines of JSON")
    private boolean json;

    @Override
    public Integer call() {
        Path packages = cache == null ? NpmPackageSource.defaultCache() : cache;
        DefaultSets.Options options =
                new DefaultSets.Options(out, size, compositions, editsPerKind, threads, new NpmPackageSource(packages));
        try (BuildProgressPrinter progress = new BuildProgressPrinter(spec, json)) {
            DefaultSets.build(options, progress, outcome -> {
                if (outcome.report().isPresent()) {
                    progress.print(outcome.report().get());
                } else {
                    new Report()
                            .put("folder", outcome.folder().toString())
                            .put("complete", true)
                            .print(spec.commandLine().getOut(), json);
                }
            });
        }
        return 0;
    }
}
