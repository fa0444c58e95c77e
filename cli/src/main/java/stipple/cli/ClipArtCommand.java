package stipple.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.data.clipart.ClipArtBuilder;
import stipple.data.clipart.ClipArtTier;

/** {@code stipple data build clipart}. */
@Command(
        name = "clipart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds a set of clip-art with titles: Openclipart, or Tux Paint's stamps, which are mostly cut-out photographs.",
            "The Debian package is fetched by apt-get download, 25 or 161 MB, and kept in a cache; nothing is installed."
        },
        footer = {
            "",
            "Examples:",
            "  stipple data build clipart --out build/data/clipart",
            "  stipple data build clipart --tier stamps --out build/data/stamps"
        })
final class ClipArtCommand implements Callable<Integer> {
    @Mixin
    private BuildOptions build;

    @Option(
            names = "--tier",
            paramLabel = "NAME",
            description =
                    "clipart: public domain; stamps: GPL-2.0, not for the shipped model (default: ${DEFAULT-VALUE})")
    private String tier = "clipart";

    @Mixin
    private DrawingOptions drawing;

    @Mixin
    private DebianOptions debian;

    @Override
    public Integer call() {
        ClipArtBuilder.Options options = new ClipArtBuilder.Options(
                build.out, ClipArtTier.ofId(tier), drawing.size, drawing.threads, debian.source());
        try (BuildProgressPrinter progress = build.progress()) {
            progress.print(ClipArtBuilder.build(options, progress));
        }
        return 0;
    }
}
