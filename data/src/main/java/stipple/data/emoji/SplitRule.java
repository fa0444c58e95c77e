package stipple.data.emoji;

import java.util.List;
import stipple.data.StableHash;

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

    /** All splits, the one for training first. */
    static final List<String> ALL = List.of(TRAIN, UNSEEN_EMOJI, UNSEEN_PAIR);

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
        return StableHash.share(SALT, text);
    }

    /** The salted hash of a text. */
    static long hash(String text) {
        return StableHash.of(SALT, text);
    }
}
