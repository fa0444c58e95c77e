package stipple.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.data.defaults.DefaultSets;

/** {@code stipple data build default}. */
@Command(
        name = "default",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds all sets that the default model may be trained on, and one data card over them.",
            "Sources whose licences ask for more than notices are not among them. Sets that are complete are kept, so a"
                    + " build that was stopped goes on where it stopped."
        },
        footer = {"", "Example: stipple data build default --out build/data"})
final class DefaultDataCommand implements Callable<Integer> {
    @Mixin
    private BuildOptions build;

    @Option(
            names = "--compositions",
            paramLabel = "N",
            description = "training compositions, and half as many edits of them (default: ${DEFAULT-VALUE})")
    private int compositions = 30_000;

    @Option(
            names = "--edits-per-kind",
            paramLabel = "N",
            description = "emoji edits of a kind at most (default: ${DEFAULT-VALUE})")
    private int editsPerKind = 3000;

    @Option(names = "--words", paramLabel = "N", description = "pictures of words (default: ${DEFAULT-VALUE})")
    private int words = 12_000;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description =
                    "build these sets alone: emoji, edits, composition, composition-edits, words, icons, text, clipart")
    private List<String> only = DefaultSets.names();

    @Mixin
    private DrawingOptions drawing;

    @Mixin
    private PackageOptions packages;

    @Mixin
    private DebianOptions debian;

    @Override
    public Integer call() {
        DefaultSets.Options options = new DefaultSets.Options(
                build.out,
                only,
                drawing.size,
                compositions,
                editsPerKind,
                words,
                drawing.threads,
                packages.source(),
                debian.source());
        try (BuildProgressPrinter progress = build.progress()) {
            DefaultSets.build(options, progress, outcome -> {
                if (outcome.report().isPresent()) {
                    progress.print(outcome.report().get());
                } else {
                    build.print(new Report()
                            .put("folder", outcome.folder().toString())
                            .put("complete", true));
                }
            });
        }
        return 0;
    }
}
