package stipple.data.composition;

import stipple.data.palette.NamedColour;
import stipple.data.palette.Swatch;

/** The plain grounds. White is what a caption without a word on the ground means. */
@SuppressWarnings("ImmutableEnumChecker") // a swatch is a record of strings and a number
public enum Ground implements NamedColour {
    /** White. */
    WHITE("white", "白色", 0xffffff),
    /** Cream. */
    CREAM("cream", "米色", 0xfff0cc),
    /** Light blue. */
    LIGHT_BLUE("light blue", "浅蓝色", 0xcbe6fb),
    /** Light green. */
    LIGHT_GREEN("light green", "浅绿色", 0xd0edcc),
    /** Light grey. */
    LIGHT_GREY("light grey", "浅灰色", 0xdedede);

    private final Swatch swatch;

    Ground(String word, String chinese, int rgb) {
        this.swatch = new Swatch(word, chinese, rgb);
    }

    @Override
    public Swatch swatch() {
        return swatch;
    }

    /** The ground with these words. */
    public static Ground ofWord(String word) {
        return NamedColour.ofWord(values(), "ground of compositions", word);
    }
}
