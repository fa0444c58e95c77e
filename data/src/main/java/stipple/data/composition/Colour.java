package stipple.data.composition;

import stipple.data.palette.NamedColour;
import stipple.data.palette.Swatch;

/**
 * The palette of the objects. Any two of them are at least 60 levels apart (Euclidean distance in RGB); a drawn object
 * differs from its colour by at most {@link Renderer#JITTER} a channel.
 */
@SuppressWarnings("ImmutableEnumChecker") // a swatch is a record of strings and a number
public enum Colour implements NamedColour {
    /** Red. */
    RED("red", "红色", 0xe0302c),
    /** Orange. */
    ORANGE("orange", "橙色", 0xfb8c00),
    /** Yellow. */
    YELLOW("yellow", "黄色", 0xfbd72b),
    /** Green. */
    GREEN("green", "绿色", 0x3da343),
    /** Blue. */
    BLUE("blue", "蓝色", 0x2064e6),
    /** Purple. */
    PURPLE("purple", "紫色", 0x8a2bb0),
    /** Pink. */
    PINK("pink", "粉色", 0xf48ab8),
    /** Brown. */
    BROWN("brown", "棕色", 0x7b4a26),
    /** Grey. */
    GREY("grey", "灰色", 0x8f8f8f),
    /** Black. */
    BLACK("black", "黑色", 0x1c1c1c);

    private final Swatch swatch;

    Colour(String word, String chinese, int rgb) {
        this.swatch = new Swatch(word, chinese, rgb);
    }

    @Override
    public Swatch swatch() {
        return swatch;
    }

    /** The colour with this word. */
    public static Colour ofWord(String word) {
        return NamedColour.ofWord(values(), "colour of compositions", word);
    }
}
