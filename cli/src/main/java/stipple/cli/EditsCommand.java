package stipple.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.data.emoji.EmojiEditBuilder;
import stipple.data.emoji.EmojiOptions;
import stipple.data.emoji.Tier;

/** {@code stipple data build edits}. */
@Command(
        name = "edits",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Builds edits between emoji pictures: skin tone, style, colour, gender, direction, mirror image.",
        footer = {"", "Example: stipple data build edits --out build/data/edits --per-kind 4000"})
final class EditsCommand implements Callable<Integer> {
    @Mixin
    private BuildOptions build;

    @Option(names = "--per-kind", paramLabel = "N", description = "edits of a kind at most (default: ${DEFAULT-VALUE})")
    private int perKind = 4000;

    @Option(
            names = "--tier",
            paramLabel = "NAME",
            description = "core-p: MIT and Apache-2.0 alone; core: with CC-BY-4.0 and CC-BY-SA-4.0"
                    + " (default: ${DEFAULT-VALUE})")
    private String tier = "core-p";

    @Mixin
    private DrawingOptions drawing;

    @Mixin
    private PackageOptions packages;

    @Override
    public Integer call() {
        EmojiOptions options = EmojiOptions.of(build.out)
                .withSize(drawing.size)
                .withStyles(Tier.ofId(tier).styles())
                .withThreads(drawing.threads)
                .withPackages(packages.source());
        try (BuildProgressPrinter progress = build.progress()) {
            progress.print(EmojiEditBuilder.build(options, perKind, progress));
        }
        return 0;
    }
}
