package stipple.data.caption;

/** Phrases as sentences. */
public final class Sentences {
    private Sentences() {}

    /** The phrase with a capital and a full stop. */
    public static String of(String phrase) {
        return capital(phrase) + ".";
    }

    /** The phrase with a capital. */
    public static String capital(String phrase) {
        return Character.toUpperCase(phrase.charAt(0)) + phrase.substring(1);
    }
}
