package stipple.data.defaults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import stipple.data.DataException;
import stipple.data.build.BuildProgress;
import stipple.data.build.DrawnSet;
import stipple.data.build.SetIndex;
import stipple.data.build.SetReport;
import stipple.data.build.SetSummary;
import stipple.data.build.TrainingLicences;
import stipple.data.clipart.ClipArtBuilder;
import stipple.data.clipart.ClipArtTier;
import stipple.data.composition.CompositionBuilder;
import stipple.data.emoji.EmojiBuilder;
import stipple.data.emoji.EmojiEditBuilder;
import stipple.data.emoji.EmojiOptions;
import stipple.data.icons.IconTier;
import stipple.data.icons.IconsBuilder;
import stipple.data.packages.DebPackage;
import stipple.data.packages.PackageSource;
import stipple.data.text.TextBuilder;
import stipple.data.words.WordsBuilder;

/**
 * Everything that the default model may be trained on: permissive sources alone, as {@link TrainingLicences} rules. A set
 * that is complete is not built again, so a build that was stopped goes on with the set at which it stopped.
 */
public final class DefaultSets {
    private static final List<String> NAMES =
            List.of("emoji", "edits", "composition", "composition-edits", "words", "icons", "text", "clipart");

    private DefaultSets() {}

    /**
     * How much to build.
     *
     * @param output the folder of all sets
     * @param only the sets to build
     * @param size side of the pictures in pixels
     * @param compositions training compositions; half as many edits of compositions
     * @param editsPerKind emoji edits of a kind at most
     * @param words training pictures of words
     * @param threads threads that draw
     * @param packages where npm packages come from
     * @param debian where Debian packages come from
     */
    public record Options(
            Path output,
            List<String> only,
            int size,
            int compositions,
            int editsPerKind,
            int words,
            int threads,
            PackageSource packages,
            DebPackage.Source debian) {
        /** Checks the names. */
        public Options {
            only = List.copyOf(only);
            for (String name : only) {
                if (!NAMES.contains(name)) {
                    throw new DataException("no default set '" + name + "'; the sets are " + String.join(", ", NAMES));
                }
            }
        }
    }

    /** A set and what came of it; no report if it was complete before. */
    public record Outcome(String name, Path folder, Optional<SetReport> report) {}

    /** A set that can be built. */
    private record Job(String name, Path folder, Map<String, String> parameters, Supplier<SetReport> build) {}

    /** Builds what is missing, hands every outcome to {@code done} as it comes, and writes the card over all sets. */
    public static void build(Options options, Consumer<BuildProgress> progress, Consumer<Outcome> done) {
        List<SetSummary> sets = new ArrayList<>();
        for (Job job : jobs(options, progress)) {
            if (options.only().contains(job.name())) {
                done.accept(outcome(job));
            }
            if (isComplete(job)) {
                SetSummary set = SetSummary.read(job.folder());
                TrainingLicences.require(job.name(), set.sources());
                sets.add(set);
            }
        }
        DefaultCard.write(options.output(), sets);
    }

    /** The names of the sets in the order in which they are built. */
    public static List<String> names() {
        return NAMES;
    }

    private static Outcome outcome(Job job) {
        return new Outcome(
                job.name(),
                job.folder(),
                isComplete(job) ? Optional.empty() : Optional.of(job.build().get()));
    }

    private static boolean isComplete(Job job) {
        try {
            return SetIndex.isComplete(job.folder(), job.name(), job.parameters());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the index of " + job.folder(), e);
        }
    }

    private static List<Job> jobs(Options options, Consumer<BuildProgress> progress) {
        int size = options.size();
        int threads = options.threads();
        Path out = options.output();
        EmojiOptions emoji = EmojiOptions.of(out.resolve("emoji"))
                .withSize(size)
                .withThreads(threads)
                .withPackages(options.packages());
        EmojiOptions edits = EmojiOptions.of(out.resolve("edits"))
                .withSize(size)
                .withThreads(threads)
                .withPackages(options.packages());
        var scenes = new DrawnSet.Options(out.resolve("composition"), options.compositions(), size, 0, threads);
        var changes = new DrawnSet.Options(
                out.resolve("composition-edits"), Math.max(1, options.compositions() / 2), size, 0, threads);
        var drawnWords = new DrawnSet.Options(out.resolve("words"), options.words(), size, 0, threads);
        var words = new WordsBuilder.Options(drawnWords, options.packages());
        var icons = new IconsBuilder.Options(
                out.resolve("icons"), size, IconTier.ICONS_P.styles(), threads, options.packages());
        var clipart = new ClipArtBuilder.Options(
                out.resolve("clipart"), ClipArtTier.CLIPART, size, threads, options.debian());
        Path text = out.resolve("text");
        return List.of(
                new Job("emoji", emoji.output(), emoji.parameters(), () -> EmojiBuilder.build(emoji, progress)),
                new Job(
                        "edits",
                        edits.output(),
                        EmojiEditBuilder.parameters(edits, options.editsPerKind()),
                        () -> EmojiEditBuilder.build(edits, options.editsPerKind(), progress)),
                new Job(
                        "composition",
                        scenes.output(),
                        CompositionBuilder.parameters(scenes),
                        () -> CompositionBuilder.build(scenes, progress)),
                new Job(
                        "composition-edits",
                        changes.output(),
                        CompositionBuilder.editParameters(changes),
                        () -> CompositionBuilder.buildEdits(changes, progress)),
                new Job("words", drawnWords.output(), words.parameters(), () -> WordsBuilder.build(words, progress)),
                new Job("icons", icons.output(), icons.parameters(), () -> IconsBuilder.build(icons, progress)),
                new Job(
                        "text",
                        text,
                        TextBuilder.parameters(),
                        () -> TextBuilder.build(text, options.packages(), progress)),
                new Job(
                        "clipart",
                        clipart.output(),
                        clipart.parameters(),
                        () -> ClipArtBuilder.build(clipart, progress)));
    }
}
