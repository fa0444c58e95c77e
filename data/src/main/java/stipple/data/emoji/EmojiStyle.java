package stipple.data.emoji;

import java.util.List;
import java.util.Locale;
import stipple.data.DataException;

/** A drawing style of the emoji set: where its pictures come from and how captions name it. */
@SuppressWarnings("ImmutableEnumChecker") // NpmPackage is a record of strings, the synonyms come from List.of
public enum EmojiStyle {
    /** Fluent flat. */
    FLAT(
            "flat",
            new NpmPackage("@iconify-json/fluent-emoji-flat", "1.2.6", "MIT", "Microsoft Corporation"),
            "flat style",
            List.of("flat design", "flat vector style"),
            "a flat emoji of"),
    /** Fluent 3D: renderings as WebP files. */
    THREE_D(
            "3d",
            new NpmPackage("@lobehub/fluent-emoji-3d", "1.1.0", "MIT", "Microsoft Corporation, LobeHub"),
            "3D style",
            List.of("3D render", "rendered in 3D"),
            "a 3D render of"),
    /** Fluent with gradients. */
    GRADIENT(
            "gradient",
            new NpmPackage("@iconify-json/fluent-emoji", "1.2.7", "MIT", "Microsoft Corporation"),
            "glossy gradient style",
            List.of("gradient style", "glossy colour gradients"),
            "a glossy gradient emoji of"),
    /** Fluent high contrast: black on white. */
    HIGH_CONTRAST(
            "high-contrast",
            new NpmPackage("@iconify-json/fluent-emoji-high-contrast", "1.2.6", "MIT", "Microsoft Corporation"),
            "high-contrast black and white style",
            List.of("black and white icon", "high-contrast line icon"),
            "a black and white icon of"),
    /** Noto Emoji. */
    NOTO(
            "noto",
            new NpmPackage("@iconify-json/noto", "1.2.9", "Apache-2.0", "Google Inc"),
            "Noto style",
            List.of("Noto emoji style", "drawn like Noto emoji"),
            "a Noto emoji of"),
    /** The first Noto Emoji, with blobs as faces. */
    NOTO_V1(
            "noto-v1",
            new NpmPackage("@iconify-json/noto-v1", "1.2.5", "Apache-2.0", "Google Inc"),
            "blob style",
            List.of("blob emoji style", "old Noto blob style"),
            "a blob emoji of");

    private final String id;
    private final NpmPackage source;
    private final String phrase;
    private final List<String> synonyms;
    private final String opener;

    EmojiStyle(String id, NpmPackage source, String phrase, List<String> synonyms, String opener) {
        this.id = id;
        this.source = source;
        this.phrase = phrase;
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
        throw new DataException(
                "no emoji style '" + id + "'; known styles: flat, 3d, gradient, high-contrast, noto, noto-v1");
    }
}
