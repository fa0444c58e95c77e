package stipple.data.words;

import java.util.Locale;
import stipple.data.StableHash;

/** Which words belong to the test, from a hash of the word alone, in whatever case it is written. */
public final class WordSplit {
    /** Fixes the test for good. */
    private static final String SALT = "stipple-words-1";

    private static final double TEST_SHARE = 0.06;

    private WordSplit() {}

    /** True if training never draws this word or number. Single letters are always trained on. */
    public static boolean isTest(String word) {
        return word.length() > 1 && StableHash.share(SALT, word.toLowerCase(Locale.ROOT)) < TEST_SHARE;
    }
}
