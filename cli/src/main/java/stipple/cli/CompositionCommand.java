package stipple.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
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
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            required = true,
            description = "folder of the data set; an earlier build in it is replaced")
    private Path out;

    @Option(names = "--count", paramLabel = "N", description = "training pictures (default: ${DEFAULT-VALUE})")
    private int count = 10_000;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "side of the pictures in pixels (default: ${DEFAULT-VALUE})")
    private int size = 128;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "another seed draws other scenes (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--edits", description = "draw edits: a picture before, one after, and instructions")
    private boolean edits;

    @Option(names = "--threads", paramLabel = "N", description = "threads that draw (default: ${DEFAULT-VALUE})")
    private int threads = 2;

    @Option(names = "--json", description = "print every event and the final figures as lines of JSON")
    private boolean json;

    @Override
    public Integer call() {
        CompositionBuilder.Options options = new CompositionBuilder.Options(out, count, size, seed, threads);
        try (BuildProgressPrinter progress = new BuildProgressPrinter(spec, json)) {
            progress.print(
                    edits
                            ? CompositionBuilder.buildEdits(options, progress)
                            : CompositionBuilder.build(options, progress));
        }
        return 0;
    }
}
