package stipple.data.composition;

import java.util.Locale;
import stipple.data.DataException;

/** The plain grounds. White is what a caption without a word on the ground means. */
public enum Ground {
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

    private final String word;
    private final String chinese;
    private final int rgb;

    Ground(String word, String chinese, int rgb) {
        this.word = word;
        this.chinese = chinese;
        this.rgb = rgb;
    }

    /** The English words, also the name in files. */
    public String word() {
        return word;
    }

    /** The Chinese word. */
    public String chinese() {
        return chinese;
    }

    /** The exact colour as {@code 0xRRGGBB}. */
    public int rgb() {
        return rgb;
    }

    /** The ground with these words. */
    public static Ground ofWord(String word) {
        for (Ground ground : values()) {
            if (ground.word.equals(word.toLowerCase(Locale.ROOT))) {
                return ground;
            }
        }
        throw new DataException("no ground '" + word + "' in the composition domain");
    }
}
