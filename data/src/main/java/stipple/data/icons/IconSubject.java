package stipple.data.icons;

import java.util.List;
import java.util.Optional;
import stipple.data.emoji.EmojiNames;

/**
 * What an icon shows.
 *
 * @param words the thing, {@code red apple}
 * @param phrase the same where a sentence goes on with it; with an article where one is known, {@code a red apple}
 * @param chinese the name in Chinese; "" without a translation
 * @param keywords further words
 * @param category the part of its set that it is in; "" for none
 */
record IconSubject(String words, String phrase, String chinese, List<String> keywords, String category) {
    /** A thing by the words of its icon's name; one that is also an emoji gets the emoji's Chinese name and keywords. */
    static IconSubject of(String words, Optional<EmojiNames.Name> emoji, String category) {
        return new IconSubject(
                words,
                words,
                emoji.map(EmojiNames.Name::chinese).orElse(""),
                emoji.map(EmojiNames.Name::tags).orElse(List.of()),
                category);
    }

    /** An emoji, with the name that Unicode gives it. */
    static IconSubject emoji(EmojiNames.Name name, String category) {
        return new IconSubject(name.label(), name.phrase(), name.chinese(), name.tags(), category);
    }
}
