package stipple.data.emoji;

/** A pinned npm package with the licence and the authors of what is taken from it. */
public record NpmPackage(String name, String version, String licence, String authors) {
    /** Labels, keywords and groups of all emoji. */
    public static final NpmPackage EMOJIBASE = new NpmPackage("emojibase-data", "17.0.0", "MIT", "Miles Johnson");

    /** Holds a MobileNetV2, whose features compare pictures. */
    public static final NpmPackage NSFWJS = new NpmPackage("nsfwjs", "4.3.0", "MIT", "Infinite Red");

    /** {@code name@version}. */
    public String spec() {
        return name + "@" + version;
    }

    /** The file name that {@code npm pack} gives, such as {@code iconify-json-noto-1.2.9.tgz}. */
    public String fileName() {
        return name.replace("@", "").replace('/', '-') + "-" + version + ".tgz";
    }
}
