package stipple.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.data.emoji.EmojiBuilder;
import stipple.data.emoji.EmojiOptions;
import stipple.data.emoji.EmojiStyle;
import stipple.data.emoji.Tier;
import stipple.data.packages.NpmPackageSource;

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
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            required = true,
            description = "folder of the data set; an earlier build in it is replaced")
    private Path out;

    @Option(names = "--size", paramLabel = "N", description = "side of the pictures in pixels (default: 128)")
    private Integer size;

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

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "folder of the packages (default: ~/.cache/stipple/npm)")
    private Path cache;

    @Option(names = "--threads", paramLabel = "N", description = "threads that draw (default: 2)")
    private Integer threads;

    @Option(names = "--json", description = "print every event and the final figures as lines of JSON")
    private boolean json;

    @Override
    public Integer call() {
        EmojiOptions options = EmojiOptions.of(out);
        options = size == null ? options : options.withSize(size);
        options = threads == null ? options : options.withThreads(threads);
        options = cache == null ? options : options.withPackages(new NpmPackageSource(cache));
        options = styles == null
                ? options.withStyles(Tier.ofId(tier).styles())
                : options.withStyles(styles.stream().map(EmojiStyle::ofId).toList());
        try (BuildProgressPrinter progress = new BuildProgressPrinter(spec, json)) {
            progress.print(EmojiBuilder.build(options, progress));
        }
        return 0;
    }
}
