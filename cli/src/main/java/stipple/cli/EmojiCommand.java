package stipple.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.data.emoji.EmojiBuilder;
import stipple.data.emoji.EmojiOptions;
import stipple.data.emoji.EmojiStyle;
import stipple.data.emoji.Tier;

/** {@code stipple data build emoji}. */
@Command(
        name = "emoji",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds the emoji data set: pictures in six styles (core-p) or eleven (core) with captions, in tar shards.",
            "The packages are fetched by npm, about 90 MB, and kept in a cache; the same packages give the same bytes."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build emoji --out build/data/emoji",
            "  stipple data build emoji --out build/data/flat --size 64 --styles flat,noto"
        })
final class EmojiCommand implements Callable<Integer> {
    @Mixin
    private BuildOptions build;

    @Option(
            names = "--styles",
            paramLabel = "NAME",
            split = ",",
            description = "flat, 3d, gradient, high-contrast, noto, noto-v1, openmoji, openmoji-black, twemoji,"
                    + " emojione, emojione-mono (default: those of the tier)")
    private List<String> styles;

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
                .withThreads(drawing.threads)
                .withPackages(packages.source())
                .withStyles(
                        styles == null
                                ? Tier.ofId(tier).styles()
                                : styles.stream().map(EmojiStyle::ofId).toList());
        try (BuildProgressPrinter progress = build.progress()) {
            progress.print(EmojiBuilder.build(options, progress));
        }
        return 0;
    }
}
