package stipple.data.icons;

import stipple.data.emoji.EmojiStyle;

/**
 * How captions name the style of an icon.
 *
 * @param id the name in metadata
 * @param phrase what the canonical caption ends with, such as {@code black outline icon style}
 * @param opener the start of a caption that ends with the thing, such as {@code an outline icon of}
 * @param chinese the style in Chinese
 */
record IconLook(String id, String phrase, String opener, String chinese) {
    /** The look of a style of the emoji set, in its words. */
    static IconLook of(EmojiStyle style) {
        return new IconLook(style.id(), style.phrase(), style.opener(), style.chinese());
    }
}
