package stipple.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.data.icons.IconTier;
import stipple.data.icons.IconsBuilder;

/** {@code stipple data build icons}. */
@Command(
        name = "icons",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds a set of icons of things in several styles; signs of user interfaces and brands are left out.",
            "The packages are fetched by npm, about 5 MB, and kept in a cache."
        },
        footer = {"", "Example: stipple data build icons --out build/data/icons"})
final class IconsCommand implements Callable<Integer> {
    @Mixin
    private BuildOptions build;

    @Option(
            names = "--tier",
            paramLabel = "NAME",
            description = "icons-p: MIT and Apache-2.0 alone; icons: with CC-BY-3.0 and CC-BY-4.0"
                    + " (default: ${DEFAULT-VALUE})")
    private String tier = "icons-p";

    @Mixin
    private DrawingOptions drawing;

    @Mixin
    private PackageOptions packages;

    @Override
    public Integer call() {
        IconsBuilder.Options options = new IconsBuilder.Options(
                build.out, drawing.size, IconTier.ofId(tier).styles(), drawing.threads, packages.source());
        try (BuildProgressPrinter progress = build.progress()) {
            progress.print(IconsBuilder.build(options, progress));
        }
        return 0;
    }
}
