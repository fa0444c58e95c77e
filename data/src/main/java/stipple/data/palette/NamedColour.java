package stipple.data.palette;

import java.util.Locale;
import java.util.stream.Stream;
import stipple.data.DataException;

/** A member of a palette. */
public interface NamedColour {
    /** The colour and its names. */
    Swatch swatch();

    /** The English words, also the name in files. */
    default String word() {
        return swatch().word();
    }

    /** The Chinese word. */
    default String chinese() {
        return swatch().chinese();
    }

    /** The exact colour as {@code 0xRRGGBB}. */
    default int rgb() {
        return swatch().rgb();
    }

    /**
     * How well one is seen on the other: the ratio of their relative luminances as WCAG 2 defines it, from 1 (equal) to 21
     * (black on white).
     */
    default double contrast(NamedColour other) {
        double a = luminance(rgb()) + 0.05;
        double b = luminance(other.rgb()) + 0.05;
        return Math.max(a, b) / Math.min(a, b);
    }

    /** The member of a palette with these English words, in any case. */
    static <C extends NamedColour> C ofWord(C[] palette, String what, String word) {
        String wanted = word.toLowerCase(Locale.ROOT);
        return Stream.of(palette)
                .filter(colour -> colour.word().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new DataException("no " + what + " '" + word + "'; known: "
                        + String.join(
                                ", ", Stream.of(palette).map(NamedColour::word).toList())));
    }

    private static double luminance(int rgb) {
        return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
    }

    private static double linear(int level) {
        double share = level / 255.0;
        return share <= 0.03928 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }
}
