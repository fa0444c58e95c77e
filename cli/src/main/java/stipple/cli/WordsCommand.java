package stipple.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stipple.data.build.DrawnSet;
import stipple.data.words.WordsBuilder;

/** {@code stipple data build words}. */
@Command(
        name = "words",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Draws short words, numbers and letters in openly licensed fonts, with captions that spell them.",
            "The fonts are fetched by npm, about 40 MB, and kept in a cache; the same packages give the same bytes."
        },
        footer = {"", "Example: stipple data build words --out build/data/words --count 12000"})
final class WordsCommand implements Callable<Integer> {
    @Mixin
    private BuildOptions build;

    @Option(names = "--count", paramLabel = "N", description = "training pictures (default: ${DEFAULT-VALUE})")
    private int count = 12_000;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "another seed draws other pictures; what is held out stays (default: ${DEFAULT-VALUE})")
    private long seed;

    @Mixin
    private DrawingOptions drawing;

    @Mixin
    private PackageOptions packages;

    @Override
    public Integer call() {
        WordsBuilder.Options options = new WordsBuilder.Options(
                new DrawnSet.Options(build.out, count, drawing.size, seed, drawing.threads), packages.source());
        try (BuildProgressPrinter progress = build.progress()) {
            progress.print(WordsBuilder.build(options, progress));
        }
        return 0;
    }
}
