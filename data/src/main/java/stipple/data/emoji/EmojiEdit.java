package stipple.data.emoji;

import java.util.HexFormat;

/**
 * An edit from one emoji picture to another.
 *
 * @param what what the instruction asks for, such as {@code dark}
 * @param chinese the same in Chinese
 */
record EmojiEdit(
        EditKind kind,
        EmojiEntry source,
        EmojiStyle sourceStyle,
        EmojiEntry target,
        EmojiStyle targetStyle,
        String what,
        String chinese) {
    /** Tar members have names of fewer than 100 bytes; a few emoji of many code points come out longer. */
    private static final int LONGEST_KEY = 80;

    /** A name of letters, digits and {@code _}; a long one ends in a hash of the rest. */
    String key() {
        String full = fullKey();
        return full.length() <= LONGEST_KEY
                ? full
                : full.substring(0, LONGEST_KEY - 17) + "_" + HexFormat.of().toHexDigits(SplitRule.hash("key|" + full));
    }

    private String fullKey() {
        return (kind.id() + "_" + source.codepoints() + "_" + sourceStyle.keyPart() + "_to_" + target.codepoints() + "_"
                        + targetStyle.keyPart())
                .replace('-', '_');
    }

    /** Held out if either picture is: training sees an edit only between pictures that it may see. */
    String split() {
        String from = SplitRule.split(source.base(), sourceStyle);
        String to = SplitRule.split(target.base(), targetStyle);
        if (from.equals(SplitRule.UNSEEN_EMOJI) || to.equals(SplitRule.UNSEEN_EMOJI)) {
            return SplitRule.UNSEEN_EMOJI;
        }
        return from.equals(to) ? from : SplitRule.UNSEEN_PAIR;
    }
}
