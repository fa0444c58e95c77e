package stipple.data.emoji;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.packages.NpmPackage;

/** A drawing style of the emoji set: where its pictures come from and how captions name it. */
@SuppressWarnings("ImmutableEnumChecker") // NpmPackage is a record of strings, the synonyms come from List.of
public enum EmojiStyle {
    /** Fluent flat. */
    FLAT(
            "flat",
            new NpmPackage("@iconify-json/fluent-emoji-flat", "1.2.6", "MIT", "Microsoft Corporation"),
            "flat style",
            "扁平风格",
            List.of("flat design", "flat vector style"),
            "a flat emoji of"),
    /** Fluent 3D: renderings as WebP files. */
    THREE_D(
            "3d",
            new NpmPackage("@lobehub/fluent-emoji-3d", "1.1.0", "MIT", "Microsoft Corporation, LobeHub"),
            "3D style",
            "3D风格",
            List.of("3D render", "rendered in 3D"),
            "a 3D render of"),
    /** Fluent with gradients. */
    GRADIENT(
            "gradient",
            new NpmPackage("@iconify-json/fluent-emoji", "1.2.7", "MIT", "Microsoft Corporation"),
            "glossy gradient style",
            "渐变光泽风格",
            List.of("gradient style", "glossy colour gradients"),
            "a glossy gradient emoji of"),
    /** Fluent high contrast: black on white. */
    HIGH_CONTRAST(
            "high-contrast",
            new NpmPackage("@iconify-json/fluent-emoji-high-contrast", "1.2.6", "MIT", "Microsoft Corporation"),
            "high-contrast black and white style",
            "黑白高对比风格",
            List.of("black and white icon", "high-contrast line icon"),
            "a black and white icon of"),
    /** Noto Emoji. */
    NOTO(
            "noto",
            new NpmPackage("@iconify-json/noto", "1.2.9", "Apache-2.0", "Google Inc"),
            "Noto style",
            "Noto风格",
            List.of("Noto emoji style", "drawn like Noto emoji"),
            "a Noto emoji of"),
    /** The first Noto Emoji, with blobs as faces. */
    NOTO_V1(
            "noto-v1",
            new NpmPackage("@iconify-json/noto-v1", "1.2.5", "Apache-2.0", "Google Inc"),
            "blob style",
            "圆团风格",
            List.of("blob emoji style", "old Noto blob style"),
            "a blob emoji of"),
    /** OpenMoji in colour. */
    OPENMOJI(
            "openmoji",
            new NpmPackage("openmoji", "17.0.0", "CC-BY-SA-4.0", "OpenMoji"),
            "OpenMoji style",
            "OpenMoji风格",
            List.of("outlined flat style", "drawn like OpenMoji"),
            "an OpenMoji of"),
    /** OpenMoji line art. */
    OPENMOJI_BLACK(
            "openmoji-black",
            new NpmPackage("openmoji", "17.0.0", "CC-BY-SA-4.0", "OpenMoji"),
            "line art style",
            "线稿风格",
            List.of("black line drawing", "thin outline drawing"),
            "a line drawing of"),
    /** Twemoji. */
    TWEMOJI(
            "twemoji",
            new NpmPackage("@discordapp/twemoji", "16.0.1", "CC-BY-4.0", "Twitter, Inc. and other contributors"),
            "Twemoji style",
            "Twemoji风格",
            List.of("Twitter emoji style", "drawn like Twemoji"),
            "a Twemoji of"),
    /** EmojiOne 2. */
    EMOJIONE(
            "emojione",
            new NpmPackage("@iconify-json/emojione", "1.2.3", "CC-BY-4.0", "EmojiOne"),
            "EmojiOne style",
            "EmojiOne风格",
            List.of("drawn like EmojiOne", "classic EmojiOne look"),
            "an EmojiOne emoji of"),
    /** EmojiOne 2 in one colour. */
    EMOJIONE_MONO(
            "emojione-mono",
            new NpmPackage("@iconify-json/emojione-monotone", "1.2.1", "CC-BY-4.0", "EmojiOne"),
            "solid black icon style",
            "黑色图标风格",
            List.of("one-colour icon", "black pictogram"),
            "a black pictogram of");

    private final String id;
    private final NpmPackage source;
    private final String phrase;
    private final String chinese;
    private final List<String> synonyms;
    private final String opener;

    EmojiStyle(String id, NpmPackage source, String phrase, String chinese, List<String> synonyms, String opener) {
        this.id = id;
        this.source = source;
        this.phrase = phrase;
        this.chinese = chinese;
        this.synonyms = synonyms;
        this.opener = opener;
    }

    /** The name in metadata, such as {@code high-contrast}. */
    public String id() {
        return id;
    }

    /** The id with letters, digits and {@code _} only, for sample keys. */
    public String keyPart() {
        return id.replace('-', '_');
    }

    /** The package that holds the pictures. */
    public NpmPackage source() {
        return source;
    }

    /** What the canonical caption ends with, such as {@code flat style}. */
    public String phrase() {
        return phrase;
    }

    /** The style in Chinese. */
    public String chinese() {
        return chinese;
    }

    /** True for drawings without any colour. */
    public boolean isBlackAndWhite() {
        return this == HIGH_CONTRAST || this == OPENMOJI_BLACK || this == EMOJIONE_MONO;
    }

    /** Other ways to say {@link #phrase()}. */
    public List<String> synonyms() {
        return synonyms;
    }

    /** The start of a sentence that ends with the thing, such as {@code a 3D render of}. */
    public String opener() {
        return opener;
    }

    /** The style with this id. */
    public static EmojiStyle ofId(String id) {
        for (EmojiStyle style : values()) {
            if (style.id.equals(id.toLowerCase(Locale.ROOT))) {
                return style;
            }
        }
        throw new DataException("no emoji style '" + id + "'; known styles: " + known());
    }

    /** All ids for messages. */
    static String known() {
        return String.join(", ", Stream.of(values()).map(EmojiStyle::id).toList());
    }
}
