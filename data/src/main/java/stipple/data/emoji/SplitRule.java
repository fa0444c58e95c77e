package stipple.data.emoji;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which split a picture belongs to, from a hash of its base emoji and style alone; adding or removing other pictures
 * never moves it.
 */
final class SplitRule {
    /** The split for training. */
    static final String TRAIN = "train";
    /** Base emoji that training never sees, in any style or skin tone. */
    static final String UNSEEN_EMOJI = "unseen_emoji";
    /** Pairs of a base emoji and a style that training never sees together, though it sees both apart. */
    static final String UNSEEN_PAIR = "unseen_pair";

    private static final double UNSEEN_EMOJI_SHARE = 0.03;
    private static final double UNSEEN_PAIR_SHARE = 0.05;

    /**
     * Fixes the splits for good. Chosen as the first "stipple-emoji-N" for which eight well-known subjects of demos and
     * tests (red apple, dog face, cat face, sun, red heart, pizza, rocket, house) are in train in all six styles.
     */
    static final String SALT = "stipple-emoji-43";

    private SplitRule() {}

    /** The split of a base emoji (normalised code points) in a style. */
    static String split(String base, EmojiStyle style) {
        if (share("emoji|" + base) < UNSEEN_EMOJI_SHARE) {
            return UNSEEN_EMOJI;
        }
        return share("pair|" + base + "|" + style.id()) < UNSEEN_PAIR_SHARE ? UNSEEN_PAIR : TRAIN;
    }

    /** A uniform number in [0, 1) from the salted hash of a text. */
    private static double share(String text) {
        return (hash(text) >>> 11) * 0x1p-53;
    }

    /** The first 8 bytes of SHA-256 over salt and text. */
    static long hash(String text) {
        return hash(SALT, text);
    }

    static long hash(String salt, String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest((salt + "|" + text).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
