package stipple.data.icons;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import stipple.data.build.SetWriter;
import stipple.data.drawings.Drawing;
import stipple.data.drawings.DrawingSpool;
import stipple.data.emoji.EmojiNames;
import stipple.data.emoji.EmojiStyle;
import stipple.data.icons.IconCollection.Icon;
import stipple.data.icons.IconCollection.IconFile;
import stipple.data.icons.IconCollection.SetInfo;
import stipple.data.svg.SvgRenderer;

/** Decides which icons of the collection are drawn, what they show, and which of them are held out. */
final class ScalePlan {
    /** An ending of an icon's name that stands for a style, with the style's title. */
    private record Ending(String suffix, String title) {
        String cutFrom(String name) {
            return suffix.isEmpty() ? name : name.substring(0, name.length() - suffix.length() - 1);
        }
    }

    private final Map<String, IconFile> files;
    private final EmojiNames names;
    private final DrawingSpool spool;
    private final SetWriter writer;
    /** Code points by icon name, from all sets of emoji that say them; some that share the names do not. */
    private final Map<String, String> codepoints = new HashMap<>();

    ScalePlan(Map<String, IconFile> files, EmojiNames names, DrawingSpool spool, SetWriter writer) {
        this.files = files;
        this.names = names;
        this.spool = spool;
        this.writer = writer;
        files.values().forEach(file -> file.codepoints().forEach(codepoints::putIfAbsent));
    }

    /** The drawings of a set; what is left out is counted. */
    List<Drawing> drawings(SetInfo set) {
        IconFile file = files.get(set.prefix());
        // In names of emoji numbers are what is shown.
        Set<Icon> smaller = set.isEmoji() ? Set.of() : IconNames.smaller(file.icons(), Icon::name);
        List<Drawing> drawings = new ArrayList<>();
        for (Icon icon : file.icons()) {
            if (smaller.contains(icon)) {
                writer.leaveOut("smaller drawing of an icon", set.prefix() + ":" + icon.name());
            } else {
                drawing(set, file, icon).ifPresent(drawings::add);
            }
        }
        return drawings;
    }

    private Optional<Drawing> drawing(SetInfo set, IconFile file, Icon icon) {
        String fullName = set.prefix() + ":" + icon.name();
        Ending ending = ending(file, icon.name());
        String slug = ending.cutFrom(icon.name());
        String words = IconNames.words(slug);
        Optional<EmojiNames.Name> name = name(set, icon, slug);
        boolean isEmoji = name.isPresent() && (set.isEmoji() || set.isFlags());
        if (!isEmoji && IconNames.isSign(slug)) {
            writer.leaveOut("sign of a user interface, or a brand", fullName);
            return Optional.empty();
        }
        // Emoji of a set that runs words together, and codes of regions, say nothing.
        boolean code = set.isFlags() || (set.isEmoji() && !slug.contains("-"));
        if (!isEmoji && (code || !IconNames.isUsable(words))) {
            writer.leaveOut("no usable name", fullName);
            return Optional.empty();
        }
        String category = file.categories().getOrDefault(icon.name(), "");
        IconSubject subject =
                isEmoji ? IconSubject.emoji(name.orElseThrow(), category) : IconSubject.of(words, name, category);
        IconLook look = look(set, icon, ending);
        String family = family(set, words, name);
        return Optional.of(new Drawing(
                Drawing.keyOf(set.prefix() + "__" + icon.name()),
                family,
                set.prefix(),
                () -> IconCaptions.json(subject, look, set.credit(), family),
                size -> SvgRenderer.render(icon.svg(spool), size, fullName)));
    }

    private static Ending ending(IconFile file, String name) {
        return file.suffixes().entrySet().stream()
                .filter(suffix -> suffix.getKey().isEmpty() || name.endsWith("-" + suffix.getKey()))
                .max(Comparator.comparingInt(suffix -> suffix.getKey().length()))
                .map(suffix -> new Ending(suffix.getKey(), suffix.getValue()))
                .orElse(new Ending("", ""));
    }

    /** The emoji that an icon shows, by code points where a set has them, else by name. */
    private Optional<EmojiNames.Name> name(SetInfo set, Icon icon, String slug) {
        if (set.isFlags()) {
            return names.flag(slug);
        }
        if (!set.isEmoji()) {
            return names.ofSlug(IconNames.stem(slug));
        }
        return Stream.of(files.get(set.prefix()).codepoints(), codepoints)
                .map(map -> map.get(icon.name()))
                .filter(points -> points != null)
                .findFirst()
                .flatMap(names::ofCodepoints)
                .or(() -> names.ofSlug(slug))
                .or(() -> names.ofSlug(IconNames.stem(slug)))
                .or(() -> names.ofSqueezed(slug));
    }

    /** Held out if the set of icons holds the words out, or the set of emoji the emoji. */
    private static String family(SetInfo set, String words, Optional<EmojiNames.Name> name) {
        Optional<EmojiStyle> style = EmojiNames.style(set.prefix());
        return name.filter(n -> EmojiNames.isHeldOut(n, style)).isPresent()
                ? IconNames.UNSEEN_ICON
                : IconNames.family(words);
    }

    /** The words that the sets of icons and emoji have for the style; else the title of the set says it. */
    private static IconLook look(SetInfo set, Icon icon, Ending ending) {
        Optional<IconLook> known = Stream.of(IconStyle.values())
                .filter(style -> style.source().name().endsWith("/" + set.prefix()))
                .filter(style -> !style.subject(icon.name()).isEmpty())
                .map(IconStyle::look)
                .findFirst();
        return known.or(() -> EmojiNames.style(set.prefix()).map(IconLook::of)).orElseGet(() -> {
            String kind = set.isEmoji() ? "style" : "icon style";
            String title = (set.name() + " " + (ending.title().matches("\\d.*") ? "" : ending.title()))
                    .toLowerCase(Locale.ROOT)
                    .replaceAll(" icons?\\b", "")
                    .strip();
            return new IconLook(
                    set.prefix() + (ending.suffix().isEmpty() ? "" : "-" + ending.suffix()),
                    title + " " + kind,
                    set.colour() ? "a colour icon of" : "a black icon of",
                    set.colour() ? "彩色图标" : "单色图标");
        });
    }
}
