package stipple.data.icons;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import stipple.data.build.BuildProgress;
import stipple.data.build.CreditFiles;
import stipple.data.build.SetDescription;
import stipple.data.build.SetReport;
import stipple.data.build.SetWriter;
import stipple.data.drawings.Drawing;
import stipple.data.drawings.DrawingPlan;
import stipple.data.emoji.EmojiNames;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;
import stipple.data.svg.IconSet;
import stipple.data.svg.SvgRenderer;

/** Builds the icon set: things with names in several icon styles; signs of user interfaces and brands are left out. */
public final class IconsBuilder {
    /** Things that training never sees in any style. */
    public static final String UNSEEN_ICON = IconNames.UNSEEN_ICON;

    private IconsBuilder() {}

    /**
     * What to build.
     *
     * @param output the folder of the set; an earlier build in it is replaced
     * @param size side of the pictures in pixels
     * @param styles the styles to include
     * @param threads threads that draw; the result does not depend on it
     * @param packages where packages come from
     */
    public record Options(Path output, int size, List<IconStyle> styles, int threads, PackageSource packages) {
        /** Everything that determines the bytes. */
        public Map<String, String> parameters() {
            return new TreeMap<>(Map.of(
                    "generator", "icons 2",
                    "size", Integer.toString(size),
                    "styles",
                            String.join(
                                    ",",
                                    styles.stream().map(IconStyle::id).sorted().toList())));
        }
    }

    /** Builds the set and tells {@code progress} about it from the calling thread. */
    public static SetReport build(Options options, Consumer<BuildProgress> progress) {
        SetDescription set = new SetDescription(
                options.output(),
                "icons",
                "Icons of things in several styles, with captions from their names. Signs of user interfaces and brands"
                        + " are left out. `unseen_icon` holds things that training never sees in any style.",
                "pair",
                List.of(SetDescription.TRAIN, UNSEEN_ICON),
                options.parameters(),
                1000);
        Map<NpmPackage, IconSet> icons = new LinkedHashMap<>();
        Path emojibase = options.packages().fetch(NpmPackage.EMOJIBASE);
        EmojiNames names = EmojiNames.read(emojibase);
        List<CreditFiles> credits = new ArrayList<>(List.of(NpmPackage.EMOJIBASE.credit(emojibase)));
        for (IconStyle style : options.styles()) {
            if (!icons.containsKey(style.source())) {
                progress.accept(new BuildProgress("fetch " + style.source().spec(), 0, 1));
                Path archive = options.packages().fetch(style.source());
                icons.put(style.source(), IconSet.read(archive));
                credits.add(style.source().credit(archive));
            }
        }
        try (SetWriter writer = new SetWriter(set)) {
            List<Drawing> drawings = new ArrayList<>();
            for (IconStyle style : options.styles()) {
                drawings.addAll(drawings(style, icons.get(style.source()), names, writer));
            }
            DrawingPlan.write(
                    DrawingPlan.ordered(drawings, IconNames.SALT), options.size(), options.threads(), writer, progress);
            return writer.finish(credits);
        }
    }

    /** The icons of a style; of one that is drawn in several sizes, the largest. */
    private static List<Drawing> drawings(IconStyle style, IconSet icons, EmojiNames names, SetWriter writer) {
        Map<String, String> largest = new TreeMap<>();
        for (String icon : icons.names()) {
            String subject = style.subject(icon);
            if (subject.isEmpty()) {
                continue;
            }
            if (IconNames.isSign(subject)) {
                writer.leaveOut("sign of a user interface, or a brand", icon);
                continue;
            }
            String slug = style == IconStyle.FLUENT_COLOUR ? IconNames.stem(subject) : subject;
            largest.merge(slug, icon, (a, b) -> IconNames.number(a) > IconNames.number(b) ? a : b);
        }
        Map<String, String> categories = icons.categories();
        List<Drawing> drawings = new ArrayList<>();
        largest.forEach((slug, icon) -> {
            String words = IconNames.words(slug);
            String family = IconNames.family(words);
            IconSubject subject =
                    IconSubject.of(words, names.ofSlug(IconNames.stem(slug)), categories.getOrDefault(icon, ""));
            drawings.add(new Drawing(
                    slug.replace('-', '_') + "_" + style.id().replace('-', '_'),
                    family,
                    style.id(),
                    () -> IconCaptions.json(
                            subject, style.look(), style.source().credit(), family),
                    size -> SvgRenderer.render(icons.svg(icon), size, icon)));
        });
        return drawings;
    }
}
