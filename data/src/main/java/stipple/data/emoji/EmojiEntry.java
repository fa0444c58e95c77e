package stipple.data.emoji;

import java.util.List;

/**
 * One emoji.
 *
 * @param codepoints lower-case hex joined by {@code -}, without the variation selector fe0f
 * @param base code points of the emoji without skin tone; its own for a base emoji
 * @param label CLDR name, such as {@code woman surfing: medium skin tone}
 * @param chinese the name in Chinese; "" where the source has none
 * @param tags keywords of the base emoji
 * @param group such as {@code animals-nature}; {@code component} where the source has none
 * @param subgroup such as {@code animal-mammal}
 * @param skinTone {@code light} … {@code dark}, two joined by {@code +} for two people, "" for none
 * @param order position in the Unicode order
 */
record EmojiEntry(
        String codepoints,
        String base,
        String label,
        String chinese,
        List<String> tags,
        String group,
        String subgroup,
        String skinTone,
        int order) {}
