package stipple.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.data.emoji.EmojiEditBuilder;
import stipple.data.emoji.EmojiOptions;
import stipple.data.emoji.Tier;
import stipple.data.packages.NpmPackageSource;

/** {@code stipple data build edits}. */
@Command(
        name = "edits",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Builds edits between emoji pictures: skin tone, style, colour, gender, direction, mirror image.",
        footer = {"", "Example: stipple data build edits --out build/data/edits --per-kind 4000"})
final class EditsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            required = true,
            description = "folder of the data set; an earlier build in it is replaced")
    private Path out;

    @Option(names = "--per-kind", paramLabel = "N", description = "edits of a kind at most (default: ${DEFAULT-VALUE})")
    private int perKind = 4000;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "side of the pictures in pixels (default: ${DEFAULT-VALUE})")
    private int size = 128;

    @Option(
            names = "--tier",
            paramLabel = "NAME",
            description = "core-p: MIT and Apache-2.0 alone; core: with CC-BY-4.0 and CC-BY-SA-4.0"
                    + " (default: ${DEFAULT-VALUE})")
    private String tier = "core-p";

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
        EmojiOptions options = EmojiOptions.of(out)
                .withSize(size)
                .withStyles(Tier.ofId(tier).styles())
                .withThreads(threads);
        EmojiOptions from = cache == null ? options : options.withPackages(new NpmPackageSource(cache));
        try (BuildProgressPrinter progress = new BuildProgressPrinter(spec, json)) {
            progress.print(EmojiEditBuilder.build(from, perKind, progress));
        }
        return 0;
    }
}
