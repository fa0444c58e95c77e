package stipple.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stipple.data.emoji.BuildReport;
import stipple.data.emoji.EmojiBuilder;
import stipple.data.emoji.EmojiOptions;
import stipple.data.emoji.EmojiStyle;
import stipple.data.emoji.NpmPackageSource;

/** {@code stipple data build emoji}. */
@Command(
        name = "emoji",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Builds the emoji data set: pictures in six styles with captions, in tar shards.",
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
            description = "flat, 3d, gradient, high-contrast, noto, noto-v1 (default: all)")
    private List<String> styles;

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
                ? options
                : options.withStyles(styles.stream().map(EmojiStyle::ofId).toList());
        PrintWriter printer = spec.commandLine().getOut();
        try (BuildProgressPrinter progress = new BuildProgressPrinter(spec, json)) {
            BuildReport report = EmojiBuilder.build(options, progress);
            progress.close();
            report(report).print(printer, json);
        }
        return 0;
    }

    private static Report report(BuildReport built) {
        return new Report()
                .put("folder", built.output().toString())
                .put("samples", built.samples())
                .put("by_split", counts(built.bySplit()))
                .put("by_style", counts(built.byStyle()))
                .put("by_license", counts(built.byLicence()))
                .put("left_out_as_blank", counts(built.blank()))
                .put("emoji_without_picture", counts(built.unmatched()))
                .put("shards", built.shards().size());
    }

    private static Report counts(Map<String, Integer> counts) {
        Report report = new Report();
        counts.forEach(report::put);
        return report;
    }
}
