package stipple.data.words;

import java.util.ArrayList;
import java.util.List;
import stipple.data.packages.NpmPackage;

/**
 * One font in one weight.
 *
 * @param style how captions call it
 * @param family its id, such as {@code lora}; its package is {@code @fontsource/FAMILY}
 * @param weight 400 for regular, 700 for bold
 * @param licence SPDX name of its licence
 * @param capitals true if its small letters look like capitals, so that only capitals are drawn
 * @param heldOut true if training never sees the family
 */
public record Typeface(
        LetterStyle style, String family, int weight, String licence, boolean capitals, boolean heldOut) {
    /** All fonts that are drawn with; the last family of every style is held out. */
    public static final List<Typeface> ALL = all();

    private static final String VERSION = "5.3.0";
    private static final int BOLD = 700;

    /** The name in metadata, such as {@code lora-700}. */
    public String id() {
        return family + "-" + weight;
    }

    /** True for a heavier weight of a family that has a regular one. */
    public boolean isBold() {
        return weight == BOLD;
    }

    /** The package with the files; the authors stand in its {@code metadata.json}. */
    NpmPackage source() {
        return new NpmPackage("@fontsource/" + family, VERSION, licence, "");
    }

    /** The file inside the package that holds the Latin letters. */
    String file() {
        return "files/" + family + "-latin-" + weight + "-normal.woff";
    }

    private static List<Typeface> all() {
        List<Typeface> all = new ArrayList<>();
        add(all, LetterStyle.SANS_SERIF, "open-sans+", "lato+", "poppins+", "work-sans+", "montserrat+");
        add(
                all,
                LetterStyle.SERIF,
                "lora+",
                "merriweather+",
                "crimson-text+",
                "libre-baskerville+",
                "playfair-display+");
        add(all, LetterStyle.SLAB_SERIF, "roboto-slab+ Apache", "zilla-slab+", "rokkitt+", "arvo+");
        add(all, LetterStyle.MONOSPACED, "space-mono+", "courier-prime+", "fira-mono+", "ibm-plex-mono+");
        add(all, LetterStyle.HANDWRITTEN, "caveat+", "patrick-hand", "indie-flower", "kalam+", "gochi-hand");
        add(all, LetterStyle.SCRIPT, "pacifico", "lobster", "dancing-script+", "satisfy Apache", "courgette");
        add(all, LetterStyle.ROUNDED, "nunito+", "varela-round", "fredoka+", "quicksand+");
        add(all, LetterStyle.NARROW, "oswald+", "anton", "fjalla-one", "league-gothic");
        add(all, LetterStyle.PIXEL, "press-start-2p", "vt323", "pixelify-sans+", "jersey-10");
        add(all, LetterStyle.COMIC, "comic-neue+", "chewy Apache", "bangers capitals", "bubblegum-sans");
        add(all, LetterStyle.CHUNKY, "titan-one", "lilita-one", "passion-one", "luckiest-guy Apache capitals");
        add(all, LetterStyle.FUTURISTIC, "orbitron+", "audiowide", "aldrich");
        return List.copyOf(all);
    }

    /** Families by name; {@code +} for one with a bold weight too, then what differs from a font under the OFL in two cases. */
    private static void add(List<Typeface> all, LetterStyle style, String... families) {
        for (int i = 0; i < families.length; i++) {
            List<String> words = List.of(families[i].split(" "));
            String family = words.getFirst().replace("+", "");
            String licence = words.contains("Apache") ? "Apache-2.0" : "OFL-1.1";
            boolean capitals = words.contains("capitals");
            boolean heldOut = i == families.length - 1;
            all.add(new Typeface(style, family, 400, licence, capitals, heldOut));
            if (words.getFirst().endsWith("+")) {
                all.add(new Typeface(style, family, BOLD, licence, capitals, heldOut));
            }
        }
    }
}
