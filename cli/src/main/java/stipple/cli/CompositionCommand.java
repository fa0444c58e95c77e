package stipple.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.data.build.DrawnSet;
import stipple.data.composition.CompositionBuilder;

/** {@code stipple data build composition}. */
@Command(
        name = "composition",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Draws pictures of shapes with exact captions: number, colour, position, and which colour goes with what.",
            "Combinations that the evaluation asks for are never in the training shards."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build composition --out build/data/composition --count 20000 --size 128",
            "  stipple data build composition --edits --out build/data/composition-edits"
        })
final class CompositionCommand implements Callable<Integer> {
    @Mixin
    private BuildOptions build;

    @Option(names = "--count", paramLabel = "N", description = "training pictures (default: ${DEFAULT-VALUE})")
    private int count = 10_000;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "another seed draws other scenes (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--edits", description = "draw edits: a picture before, one after, and instructions")
    private boolean edits;

    @Mixin
    private DrawingOptions drawing;

    @Override
    public Integer call() {
        DrawnSet.Options options = new DrawnSet.Options(build.out, count, drawing.size, seed, drawing.threads);
        try (BuildProgressPrinter progress = build.progress()) {
            progress.print(
                    edits
                            ? CompositionBuilder.buildEdits(options, progress)
                            : CompositionBuilder.build(options, progress));
        }
        return 0;
    }
}
