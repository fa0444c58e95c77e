package stipple.cli;

import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.data.icons.ScaleBuilder;
import stipple.data.icons.ScaleTier;

/** {@code stipple data build scale}. */
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds the largest set of drawings: all of Iconify's sets in colour, as far as licences allow.",
            "Brands and signs of user interfaces are left out. The package is fetched by npm, 104 MB, compared",
            "with a pinned checksum, and kept in a cache."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build scale --out build/data/scale",
            "  stipple data build scale --tier scale-p --no-emoji --count 5000 --out build/data/scale"
        })
final class ScaleCommand implements Callable<Integer> {
    @Mixin
    private BuildOptions build;

    @Option(
            names = "--tier",
            paramLabel = "NAME",
            description = "scale-p: licences that ask for notices alone; scale: with CC-BY-3.0 and CC-BY-4.0"
                    + " (default: ${DEFAULT-VALUE})")
    private String tier = "scale";

    @Option(names = "--one-colour", description = "sets in one colour as well, eight times as many drawings")
    private boolean oneColour;

    @Option(names = "--no-emoji", description = "without sets of emoji, for a mixture that has the emoji set")
    private boolean withoutEmoji;

    @Option(names = "--count", paramLabel = "N", description = "try so many drawings, chosen by a hash (default: all)")
    private Integer count;

    @Mixin
    private DrawingOptions drawing;

    @Mixin
    private PackageOptions packages;

    @Override
    public Integer call() {
        ScaleBuilder.Options options = new ScaleBuilder.Options(
                build.out,
                ScaleTier.ofId(tier),
                oneColour,
                !withoutEmoji,
                count == null ? OptionalInt.empty() : OptionalInt.of(count),
                drawing.size,
                drawing.threads,
                packages.source());
        try (BuildProgressPrinter progress = build.progress()) {
            progress.print(ScaleBuilder.build(options, progress));
        }
        return 0;
    }
}
