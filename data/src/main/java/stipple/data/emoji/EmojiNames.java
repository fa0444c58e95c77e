package stipple.data.emoji;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The names of emoji for sets of other pictures: in English, in Chinese, and whether the emoji set keeps them from training. */
public final class EmojiNames {
    private static final String FLAG = "flag-for-";
    /** Regional indicator A. */
    private static final int FIRST_LETTER = 0x1f1e6;

    private final EmojiCatalog catalog;
    private final Map<String, EmojiEntry> squeezed = new HashMap<>();

    private EmojiNames(EmojiCatalog catalog) {
        this.catalog = catalog;
        catalog.entries().forEach(entry -> squeezed.putIfAbsent(squeeze(EmojiCatalog.slug(entry.label())), entry));
    }

    /**
     * What an emoji is called.
     *
     * @param label its name in Unicode, such as {@code red apple}
     * @param phrase the name as a noun phrase, {@code a red apple}
     * @param chinese the name in Chinese; "" where the source has none
     * @param tags keywords
     * @param chineseTags keywords in Chinese
     * @param base code points without skin tone
     */
    public record Name(
            String label, String phrase, String chinese, List<String> tags, List<String> chineseTags, String base) {}

    /** Reads the names out of emojibase's archive. */
    public static EmojiNames read(Path emojibase) {
        return new EmojiNames(EmojiCatalog.read(emojibase));
    }

    /** All emoji without their skin tones, in the order of the package. */
    public List<Name> all() {
        return catalog.entries().stream()
                .filter(entry -> entry.codepoints().equals(entry.base()))
                .map(this::name)
                .toList();
    }

    private Name name(EmojiEntry entry) {
        return new Name(
                entry.label(),
                NounPhrase.of(entry).full(),
                CaptionWriter.chineseName(entry),
                entry.tags(),
                catalog.chineseTags(entry.base()),
                entry.base());
    }

    /** The emoji with these code points, written in any way. */
    public Optional<Name> ofCodepoints(String codepoints) {
        return Optional.ofNullable(catalog.byCodepoints(codepoints)).map(this::name);
    }

    /** The emoji whose name is written so, {@code red-apple}; flags may be called {@code flag-for-…}. */
    public Optional<Name> ofSlug(String slug) {
        String name = slug.startsWith(FLAG) ? "flag-" + slug.substring(FLAG.length()) : slug;
        return Optional.ofNullable(catalog.bySlug(name)).map(this::name);
    }

    /** The emoji whose name is written without anything between the words, {@code redapple}. */
    public Optional<Name> ofSqueezed(String name) {
        return Optional.ofNullable(squeezed.get(squeeze(name))).map(this::name);
    }

    /** The flag of a country by the two letters of its code. */
    public Optional<Name> flag(String country) {
        if (!country.matches("[A-Za-z]{2}")) {
            return Optional.empty();
        }
        String code = country.toUpperCase(Locale.ROOT);
        return ofCodepoints(Integer.toHexString(FIRST_LETTER + code.charAt(0) - 'A') + "-"
                + Integer.toHexString(FIRST_LETTER + code.charAt(1) - 'A'));
    }

    /**
     * The style of the emoji set that is drawn like an icon set.
     *
     * @param prefix the icon set's name, such as {@code noto}
     */
    public static Optional<EmojiStyle> style(String prefix) {
        return Stream.of(EmojiStyle.values())
                .filter(style -> style.source().name().endsWith("/" + prefix))
                .findFirst();
    }

    /** True if the emoji set keeps this emoji from training, in the given style or, without one, in all. */
    public static boolean isHeldOut(Name name, Optional<EmojiStyle> style) {
        return style.map(s -> !SplitRule.split(name.base(), s).equals(SplitRule.TRAIN))
                .orElseGet(() -> SplitRule.split(name.base(), EmojiStyle.FLAT).equals(SplitRule.UNSEEN_EMOJI));
    }

    private static String squeeze(String slug) {
        return slug.replace("-", "");
    }
}
