package stipple.data.emoji;

/** A picture to draw: which emoji, in which style, and its name in the package. */
record PlannedSample(EmojiEntry entry, EmojiStyle style, PictureSource pictures, String name) {
    /** The sample's key: code points and style with letters, digits and {@code _} only. */
    String key() {
        return entry.codepoints().replace('-', '_') + "_" + style.keyPart();
    }

    String split() {
        return SplitRule.split(entry.base(), style);
    }
}
