package stipple.model.text;

import stipple.torch.UserException;

/** What a prompt must be before it is tokenized. */
final class PromptCheck {
    /** The longest prompt in characters. */
    static final int MAX_CHARACTERS = 4000;

    private PromptCheck() {}

    /**
     * Checks a text that becomes part of a row.
     *
     * @param what how messages call it, such as {@code "prompt"}
     * @param mayBeEmpty whether nothing at all is fine
     * @throws UserException if the text is empty, too long, not valid Unicode, or contains image tokens
     */
    static void check(String what, String text, boolean mayBeEmpty) {
        if (text.isBlank() && !mayBeEmpty) {
            throw new UserException("The " + what + " is empty; say what the image should show");
        }
        int characters = text.codePointCount(0, text.length());
        if (characters > MAX_CHARACTERS) {
            throw new UserException(
                    "The " + what + " has " + characters + " characters, at most " + MAX_CHARACTERS + " are allowed");
        }
        // A paired surrogate is one code point outside the surrogate range; only an unpaired one shows up here.
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new UserException("The " + what + " is not valid Unicode: it contains half a surrogate pair");
        }
        for (String reserved : SpecialText.RESERVED) {
            if (text.contains(reserved)) {
                throw new UserException("The " + what + " contains " + reserved + ", which only images may use");
            }
        }
    }
}
