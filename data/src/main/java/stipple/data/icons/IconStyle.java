package stipple.data.icons;

import java.util.List;
import stipple.data.packages.NpmPackage;

/** A drawing style of the icon set: which icons of which package, and how captions name it. */
@SuppressWarnings("ImmutableEnumChecker") // NpmPackage is a record of strings
public enum IconStyle {
    /** Flat Color Icons. */
    FLAT_COLOUR(
            "flat-colour",
            set("flat-color-icons", "1.2.3", "MIT", "Icons8"),
            "",
            "flat colour icon style",
            "a flat colour icon of",
            "扁平彩色图标"),
    /** Fluent's colour icons, drawn once for each size; the largest is taken. */
    FLUENT_COLOUR(
            "fluent-colour",
            set("fluent-color", "1.2.21", "MIT", "Microsoft Corporation"),
            "",
            "soft gradient icon style",
            "a soft gradient icon of",
            "柔和渐变图标"),
    /** IconPark in two colours. */
    TWO_COLOUR(
            "two-colour",
            set("icon-park", "1.2.4", "Apache-2.0", "ByteDance"),
            "",
            "blue and black icon style",
            "a blue and black icon of",
            "蓝黑双色图标"),
    /** Meteocons, filled: the weather. */
    WEATHER(
            "weather",
            set("meteocons", "1.2.4", "MIT", "Bas Milius"),
            "-fill",
            "weather icon style",
            "a weather icon of",
            "天气图标"),
    /** Phosphor with lines of one width. */
    OUTLINE(
            "outline",
            set("ph", "1.2.2", "MIT", "Phosphor Icons"),
            "",
            "black outline icon style",
            "an outline icon of",
            "黑色线条图标"),
    /** Phosphor, filled. */
    SOLID(
            "solid",
            set("ph", "1.2.2", "MIT", "Phosphor Icons"),
            "-fill",
            "solid black icon style",
            "a solid black icon of",
            "黑色实心图标"),
    /** Phosphor with a grey ground inside the lines. */
    DUOTONE(
            "duotone",
            set("ph", "1.2.2", "MIT", "Phosphor Icons"),
            "-duotone",
            "grey and black icon style",
            "a grey and black icon of",
            "灰黑双色图标"),
    /** Streamline's colour icons. */
    LINED_COLOUR(
            "lined-colour",
            set("streamline-ultimate-color", "1.2.2", "CC-BY-4.0", "Streamline"),
            "",
            "outlined colour icon style",
            "an outlined colour icon of",
            "描边彩色图标"),
    /** Game icons: silhouettes of things and scenes. */
    SILHOUETTE(
            "silhouette",
            set("game-icons", "1.2.4", "CC-BY-3.0", "Lorc, Delapouite and contributors"),
            "",
            "black silhouette icon style",
            "a black silhouette of",
            "黑色剪影图标");

    /** Endings that tell other styles of a package apart from its plain one. */
    static final List<String> VARIANTS = List.of("-bold", "-duotone", "-fill", "-light", "-thin");

    private final String id;
    private final NpmPackage source;
    private final String ending;
    private final String phrase;
    private final String opener;
    private final String chinese;

    IconStyle(String id, NpmPackage source, String ending, String phrase, String opener, String chinese) {
        this.id = id;
        this.source = source;
        this.ending = ending;
        this.phrase = phrase;
        this.opener = opener;
        this.chinese = chinese;
    }

    private static NpmPackage set(String name, String version, String licence, String authors) {
        return new NpmPackage("@iconify-json/" + name, version, licence, authors);
    }

    /** The name in metadata. */
    public String id() {
        return id;
    }

    /** The package that holds the icons. */
    public NpmPackage source() {
        return source;
    }

    /** How captions name the style. */
    IconLook look() {
        return new IconLook(id, phrase, opener, chinese);
    }

    /** What an icon of this style shows, as a slug without the style's ending; empty for an icon of another style. */
    String subject(String icon) {
        if (!ending.isEmpty()) {
            return icon.endsWith(ending) ? icon.substring(0, icon.length() - ending.length()) : "";
        }
        return VARIANTS.stream().anyMatch(icon::endsWith) ? "" : icon;
    }
}
