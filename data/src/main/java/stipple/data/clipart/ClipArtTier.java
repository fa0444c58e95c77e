package stipple.data.clipart;

import java.util.Locale;
import java.util.stream.Stream;
import stipple.data.DataException;
import stipple.data.packages.DebPackage;

/** A collection of clip-art, by what its licence asks for. */
@SuppressWarnings("ImmutableEnumChecker") // DebPackage is a record of strings
public enum ClipArtTier {
    /** Openclipart: vector drawings that their authors gave to the public domain. */
    CLIPART(
            "clipart",
            new DebPackage("openclipart-svg", "1:0.18+dfsg-19", "CC-PDDC", "the artists of Openclipart"),
            "clip-art style",
            "a clip-art drawing of"),
    /** Tux Paint's stamps, mostly photographs without background; the GPL keeps them out of the shipped model. */
    STAMPS(
            "stamps",
            new DebPackage("tuxpaint-stamps-default", "2022.06.04-1", "GPL-2.0-only", "the artists of Tux Paint"),
            "cut-out picture",
            "a cut-out picture of");

    private final String id;
    private final DebPackage source;
    private final String phrase;
    private final String opener;

    ClipArtTier(String id, DebPackage source, String phrase, String opener) {
        this.id = id;
        this.source = source;
        this.phrase = phrase;
        this.opener = opener;
    }

    /** The name on the command line and of the set. */
    public String id() {
        return id;
    }

    /** The package that holds the pictures. */
    public DebPackage source() {
        return source;
    }

    /** What the canonical caption ends with. */
    String phrase() {
        return phrase;
    }

    /** The start of a caption that ends with the thing. */
    String opener() {
        return opener;
    }

    /** The tier with this id. */
    public static ClipArtTier ofId(String id) {
        return Stream.of(values())
                .filter(tier -> tier.id.equals(id.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new DataException(
                        "no tier '" + id + "'; known: clipart (public domain) and stamps (GPL-2.0-only)"));
    }
}
