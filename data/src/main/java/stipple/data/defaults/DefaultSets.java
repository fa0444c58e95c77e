package stipple.data.defaults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import stipple.data.build.BuildProgress;
import stipple.data.build.SetIndex;
import stipple.data.build.SetReport;
import stipple.data.composition.CompositionBuilder;
import stipple.data.emoji.EmojiBuilder;
import stipple.data.emoji.EmojiEditBuilder;
import stipple.data.emoji.EmojiOptions;
import stipple.data.packages.PackageSource;
import stipple.data.text.TextBuilder;

/**
 * Everything that the default model is trained on: permissive sources alone. A set that is complete is not built again, so
 * a build that was stopped goes on with the set at which it stopped.
 */
public final class DefaultSets {
    private DefaultSets() {}

    /**
     * How much to build.
     *
     * @param output the folder of all sets
     * @param size side of the pictures in pixels
     * @param compositions training compositions; half as many edits of compositions
     * @param editsPerKind emoji edits of a kind at most
     * @param threads threads that draw
     * @param packages where packages come from
     */
    public record Options(
            Path output, int size, int compositions, int editsPerKind, int threads, PackageSource packages) {}

    /** A set and what came of it; no report if it was complete before. */
    public record Outcome(String name, Path folder, Optional<SetReport> report) {}

    private interface Maker {
        SetReport make();
    }

    /** Builds what is missing, and hands every outcome to {@code done} as it comes. */
    public static void build(Options options, Consumer<BuildProgress> progress, Consumer<Outcome> done) {
        EmojiOptions emoji = emoji(options, "emoji");
        set("emoji", emoji.output(), emoji.parameters(), done, () -> EmojiBuilder.build(emoji, progress));
        EmojiOptions edits = emoji(options, "edits");
        set(
                "edits",
                edits.output(),
                EmojiEditBuilder.parameters(edits, options.editsPerKind()),
                done,
                () -> EmojiEditBuilder.build(edits, options.editsPerKind(), progress));
        CompositionBuilder.Options scenes = compositions(options, "composition", options.compositions());
        set(
                "composition",
                scenes.output(),
                scenes.parameters(),
                done,
                () -> CompositionBuilder.build(scenes, progress));
        CompositionBuilder.Options changes =
                compositions(options, "composition-edits", Math.max(1, options.compositions() / 2));
        set(
                "composition-edits",
                changes.output(),
                changes.parameters(),
                done,
                () -> CompositionBuilder.buildEdits(changes, progress));
        Path text = options.output().resolve("text");
        set("text", text, TextBuilder.parameters(), done, () -> TextBuilder.build(text, options.packages(), progress));
    }

    /** The names of the sets in the order in which they are built. */
    public static List<String> names() {
        return List.of("emoji", "edits", "composition", "composition-edits", "text");
    }

    private static void set(
            String name, Path folder, Map<String, String> parameters, Consumer<Outcome> done, Maker maker) {
        try {
            boolean complete = SetIndex.isComplete(folder, name, parameters);
            done.accept(new Outcome(name, folder, complete ? Optional.empty() : Optional.of(maker.make())));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the index of " + folder, e);
        }
    }

    private static EmojiOptions emoji(Options options, String name) {
        return EmojiOptions.of(options.output().resolve(name))
                .withSize(options.size())
                .withThreads(options.threads())
                .withPackages(options.packages());
    }

    private static CompositionBuilder.Options compositions(Options options, String name, int count) {
        return new CompositionBuilder.Options(
                options.output().resolve(name), count, options.size(), 0, options.threads());
    }
}
