package stipple.data.composition;

import java.util.Locale;
import stipple.data.DataException;

/** The palette of the objects. Any two of them are at least 60 levels apart (Euclidean distance in RGB). */
public enum Colour {
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

    private final String word;
    private final String chinese;
    private final int rgb;

    Colour(String word, String chinese, int rgb) {
        this.word = word;
        this.chinese = chinese;
        this.rgb = rgb;
    }

    /** The English word, also the name in files. */
    public String word() {
        return word;
    }

    /** The Chinese word. */
    public String chinese() {
        return chinese;
    }

    /** The exact colour as {@code 0xRRGGBB}; drawn objects differ from it by at most {@link Renderer#JITTER}. */
    public int rgb() {
        return rgb;
    }

    /** The colour with this word. */
    public static Colour ofWord(String word) {
        for (Colour colour : values()) {
            if (colour.word.equals(word.toLowerCase(Locale.ROOT))) {
                return colour;
            }
        }
        throw new DataException("no colour '" + word + "' in the palette of the composition domain");
    }
}
