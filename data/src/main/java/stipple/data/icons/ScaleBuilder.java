package stipple.data.icons;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import stipple.data.DataException;
import stipple.data.StableHash;
import stipple.data.build.BuildProgress;
import stipple.data.build.CreditFiles;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.drawings.Drawing;
import stipple.data.drawings.DrawingPlan;
import stipple.data.drawings.DrawingSpool;
import stipple.data.emoji.EmojiNames;
import stipple.data.icons.IconCollection.IconFile;
import stipple.data.icons.IconCollection.SetInfo;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;

/**
 * Builds the largest set of drawings: everything in Iconify's collection whose licence allows it, emoji of many hands among
 * it. What the sets of icons and of emoji hold out is held out here too.
 */
public final class ScaleBuilder {
    private ScaleBuilder() {}

    /**
     * What to build.
     *
     * @param output the folder of the set; an earlier build in it is replaced
     * @param tier which licences
     * @param oneColour whether sets in one colour are drawn as well, eight times as many
     * @param emoji whether sets of emoji are drawn; a mixture with the emoji set has those already
     * @param count so many drawings are tried, chosen by a hash; all if empty
     * @param size side of the pictures in pixels
     * @param threads threads that draw; the result does not depend on it
     * @param packages where packages come from
     */
    public record Options(
            Path output,
            ScaleTier tier,
            boolean oneColour,
            boolean emoji,
            OptionalInt count,
            int size,
            int threads,
            PackageSource packages) {
        /** Checks the ranges. */
        public Options {
            DrawingPlan.requireSize(size);
            if (threads < 1 || count.orElse(1) < 1) {
                throw new DataException(
                        "threads and count are at least 1, given " + threads + " and " + count.orElse(1));
            }
        }

        /** Everything that determines the bytes. */
        public Map<String, String> parameters() {
            return new TreeMap<>(Map.of(
                    "generator", "scale 1",
                    "tier", tier.id(),
                    "one_colour", Boolean.toString(oneColour),
                    "emoji", Boolean.toString(emoji),
                    "count", count.isPresent() ? Integer.toString(count.getAsInt()) : "all",
                    "size", Integer.toString(size)));
        }

        /** Why a set of the collection is not used, if it is not. */
        private Optional<String> refusal(SetInfo set) {
            if (set.isBrands()) {
                return Optional.of("icon of a set of brands");
            }
            if (!tier.allows(set.credit().licence())) {
                return Optional.of("icon under " + set.credit().licence());
            }
            if (!emoji && set.isEmoji()) {
                return Optional.of("emoji, which are not asked for");
            }
            return oneColour || set.colour() ? Optional.empty() : Optional.of("icon in one colour, not asked for");
        }
    }

    /** Builds the set and tells {@code progress} about it from the calling thread. */
    public static SetReport build(Options options, Consumer<BuildProgress> progress) {
        SetDescription description = new SetDescription(
                options.output(),
                "scale",
                "Drawings of the icon sets in Iconify's collection, with captions from their names. Signs of user"
                        + " interfaces, brands, and sets whose licence does not allow it are left out; of drawings that"
                        + " look the same, in whatever sets, one is kept. `" + IconNames.UNSEEN_ICON
                        + "` holds things that training never sees, among them what the sets of icons and emoji hold out.",
                "pair",
                List.of(SetDescription.TRAIN, IconNames.UNSEEN_ICON),
                options.parameters(),
                1000);
        Path archive = fetch(IconCollection.SOURCE, options, progress);
        Path emojibase = fetch(NpmPackage.EMOJIBASE, options, progress);
        Map<String, SetInfo> sets = IconCollection.list(archive);
        try (SetWriter writer = new SetWriter(description);
                DrawingSpool spool = DrawingSpool.in(options.output())) {
            sets.values().removeIf(set -> {
                Optional<String> refusal = options.refusal(set);
                refusal.ifPresent(reason -> writer.leaveOut(reason, set.prefix(), set.total()));
                return refusal.isPresent();
            });
            progress.accept(new BuildProgress("read " + sets.size() + " sets", 0, 1));
            Map<String, IconFile> files = IconCollection.read(archive, sets.keySet(), spool);
            ScalePlan plan = new ScalePlan(files, EmojiNames.read(emojibase), spool, writer);
            List<Drawing> drawings = new ArrayList<>();
            files.forEach((prefix, file) -> drawings.addAll(plan.drawings(sets.get(prefix))));
            Set<String> drawn = DrawingPlan.write(
                    DrawingPlan.ordered(limited(drawings, options.count()), IconNames.SALT),
                    drawing -> "",
                    options.size(),
                    options.threads(),
                    writer,
                    progress);
            List<CreditFiles> credits = new ArrayList<>();
            sets.values().stream()
                    .filter(set -> drawn.contains(set.prefix()))
                    .map(set -> CreditFiles.of(set.credit()))
                    .forEach(credits::add);
            credits.add(NpmPackage.EMOJIBASE.credit(emojibase));
            return writer.finish(credits);
        }
    }

    private static Path fetch(NpmPackage wanted, Options options, Consumer<BuildProgress> progress) {
        progress.accept(new BuildProgress("fetch " + wanted.spec(), 0, 1));
        return options.packages().fetch(wanted);
    }

    private static List<Drawing> limited(List<Drawing> drawings, OptionalInt count) {
        return drawings.stream()
                .sorted(Comparator.comparingLong((Drawing d) -> StableHash.of(IconNames.SALT, "some|" + d.key()))
                        .thenComparing(Drawing::key))
                .limit(count.orElse(drawings.size()))
                .toList();
    }
}
