package stipple.cli;

import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.data.build.DrawnSet;
import stipple.data.checks.FashionBuilder;
import stipple.data.words.WordsBuilder;

/** {@code stipple data build checks}. */
@Command(
        name = "checks",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds two small sets that show whether training and judges work.",
            "DIR/fashion is Fashion-MNIST, always 32 pixels wide, with its ten classes as captions; DIR/words holds drawn",
            "words to read back. The Debian package (31 MB) is fetched by apt-get download, the fonts (40 MB) by npm;",
            "both are kept in a cache, and nothing is installed."
        },
        footer = {"", "Example: stipple data build checks --out build/data/checks"})
final class ChecksCommand implements Callable<Integer> {
    @Mixin
    private BuildOptions build;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "the first N training pictures of Fashion-MNIST, and a sixth as many to test (default: all)")
    private Integer count;

    @Option(
            names = "--words",
            paramLabel = "N",
            description = "training pictures of words, 0 for none (default: ${DEFAULT-VALUE})")
    private int words = 2000;

    @Mixin
    private DrawingOptions drawing;

    @Mixin
    private PackageOptions packages;

    @Mixin
    private DebianOptions debian;

    @Override
    public Integer call() {
        FashionBuilder.Options fashion = new FashionBuilder.Options(
                build.out.resolve("fashion"),
                count == null ? OptionalInt.empty() : OptionalInt.of(count),
                drawing.threads,
                debian.source());
        try (BuildProgressPrinter progress = build.progress()) {
            progress.print(FashionBuilder.build(fashion, progress));
            if (words != 0) {
                DrawnSet.Options drawn =
                        new DrawnSet.Options(build.out.resolve("words"), words, drawing.size, 0, drawing.threads);
                progress.print(WordsBuilder.build(new WordsBuilder.Options(drawn, packages.source()), progress));
            }
        }
        return 0;
    }
}
