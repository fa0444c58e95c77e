package stipple.data.emoji;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import stipple.data.StableHash;

/** Captions in English and Chinese from templates over label, keywords and style; every choice comes from a hash of the sample. */
final class CaptionWriter {
    private CaptionWriter() {}

    /**
     * About six captions. The first is canonical, {@code a red apple, flat style}; the last is the bare label; the
     * others say the style in other words and one names two keywords.
     */
    static List<String> captions(EmojiEntry entry, EmojiStyle style) {
        NounPhrase phrase = NounPhrase.of(entry);
        String full = phrase.full();
        String sample = entry.codepoints() + "|" + style.id();
        String synonym = pick(style.synonyms(), "synonym|" + sample);
        Set<String> captions = new LinkedHashSet<>();
        captions.add(full + ", " + style.phrase());
        captions.add(full + ", " + synonym);
        captions.add(style.opener() + " " + full);
        captions.add(withKeywords(entry, style, full, sample));
        captions.add(phrase.noun() + ", " + style.phrase());
        captions.add(phrase.noun());
        return List.copyOf(captions);
    }

    /** Sentences that say what it is, in which style, and what it stands for. */
    static List<String> longCaptions(EmojiEntry entry, EmojiStyle style) {
        NounPhrase phrase = NounPhrase.of(entry);
        String sample = entry.codepoints() + "|" + style.id();
        String look = pick(style.synonyms(), "long|" + sample);
        Set<String> captions = new LinkedHashSet<>();
        String about = entry.tags().isEmpty() ? "" : " Keywords: " + String.join(", ", entry.tags()) + ".";
        captions.add(
                "A picture of " + phrase.full() + " in " + style.phrase() + " on a plain white background." + about);
        captions.add("This emoji shows " + phrase.full() + ". It belongs to "
                + entry.group().replace('-', ' ') + " (" + entry.subgroup().replace('-', ' ') + "). The look is " + look
                + ".");
        return List.copyOf(captions);
    }

    /** Chinese captions; the entry must have a Chinese name. */
    static List<String> chinese(EmojiEntry entry, EmojiStyle style) {
        String name = chineseName(entry);
        return List.of(
                name + "，" + style.chinese(),
                style.chinese() + "的" + name,
                "一个" + style.chinese() + "的表情：" + name,
                name);
    }

    /** The Chinese name as a part of a sentence; "" where there is none. */
    static String chineseName(EmojiEntry entry) {
        return entry.chinese().replace(": ", "，").replace(":", "，");
    }

    private static String withKeywords(EmojiEntry entry, EmojiStyle style, String full, String sample) {
        String label = entry.label().toLowerCase(Locale.ROOT);
        List<String> keywords = entry.tags().stream()
                .filter(tag -> tag.matches("[a-z][a-z -]{2,}") && !label.contains(tag))
                .toList();
        if (keywords.size() < 2) {
            return "a picture of " + full + " in " + style.phrase();
        }
        int first = index(keywords.size(), "keyword|" + sample);
        int second = (first + 1 + index(keywords.size() - 1, "keyword2|" + sample)) % keywords.size();
        String theme = keywords.get(Math.min(first, second)) + " and " + keywords.get(Math.max(first, second));
        String template = pick(
                List.of(
                        "an emoji for %2$s: %1$s, %3$s",
                        "%1$s, on the theme of %2$s, %3$s", "%1$s in %3$s, about %2$s"),
                "template|" + sample);
        return String.format(Locale.ROOT, template, full, theme, style.phrase());
    }

    private static String pick(List<String> choices, String seed) {
        return choices.get(index(choices.size(), seed));
    }

    private static int index(int size, String seed) {
        return StableHash.index("captions", seed, size);
    }
}
