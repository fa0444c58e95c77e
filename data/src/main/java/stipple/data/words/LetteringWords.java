package stipple.data.words;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import stipple.data.composition.Ground;
import stipple.data.words.Lettering.Kind;

/** Captions of texts in pictures, in English and Chinese. What stands between the quotation marks is drawn letter by letter. */
final class LetteringWords {
    private static final List<String> OPENERS = List.of(
            "a sign that says \"%s\"",
            "a picture of the text \"%s\"",
            "text that reads \"%s\"",
            "a card with \"%s\" on it",
            "a label with the text \"%s\"");

    private LetteringWords() {}

    /** The plain wording, {@code the word "Hello" in red letters}; on white the ground goes without saying. */
    static String prompt(Kind kind, String text, String colour, String ground) {
        String plain = noun(kind) + " \"" + text + "\" in " + colour;
        return (kind == Kind.LETTER ? plain : plain + signs(kind)) + onGround(ground);
    }

    /** Short captions, the plain one first. */
    static List<String> english(Lettering it, RandomGenerator random) {
        String text = it.text();
        String noun = noun(it.kind()) + " \"" + text + "\"";
        String colour = it.colour().word();
        String ground = onGround(it.ground().word());
        String style = font(it);
        Set<String> captions = new LinkedHashSet<>();
        captions.add(prompt(it.kind(), text, colour, it.ground().word()));
        captions.add(noun + " in " + colour + " " + style + signs(it.kind()) + ground);
        captions.add(noun + " in a " + style + " font" + ground);
        captions.add(noun + ground);
        captions.add(OPENERS.get(random.nextInt(OPENERS.size())).formatted(text) + ", in " + colour + ground);
        return List.copyOf(captions);
    }

    /** Sentences that say everything, and how it is spelled. */
    static List<String> englishLong(Lettering it) {
        String lines = it.lines().size() > 1 ? " on two lines" : "";
        String turn = it.degrees() == 0 ? "" : it.degrees() > 0 ? ", falling to the right" : ", rising to the right";
        String ground = " on a plain " + it.ground().word() + " background";
        return List.of(
                "A picture of " + noun(it.kind()) + " \"" + it.text() + "\"" + lines + " in "
                        + it.colour().word() + signs(it.kind()) + " of a " + font(it) + " font" + turn + "," + ground
                        + ". Nothing else is in the picture.",
                "The text \"" + it.text() + "\", spelled " + spelled(it.text()) + ", is written in "
                        + it.colour().word() + " " + font(it) + signs(it.kind()) + lines + ground + ".");
    }

    /** Chinese captions, the plain one first. */
    static List<String> chinese(Lettering it) {
        String text = "“" + it.text() + "”";
        String noun = switch (it.kind()) {
            case WORD, TWO_WORDS -> "单词";
            case NUMBER -> "数字";
            case LETTER -> "字母";
        };
        String ground = it.ground() == Ground.WHITE ? "" : "，" + it.ground().chinese() + "背景";
        String style = (it.face().isBold() ? "粗体" : "") + it.face().style().chinese() + "字体";
        return List.of(
                it.colour().chinese() + "的" + noun + text + ground,
                noun + text + "，" + it.colour().chinese() + style + ground,
                "写着" + text + "的图片" + ground);
    }

    private static String noun(Kind kind) {
        return switch (kind) {
            case WORD -> "the word";
            case TWO_WORDS -> "the words";
            case NUMBER -> "the number";
            case LETTER -> "the letter";
        };
    }

    /** What the text consists of. */
    private static String signs(Kind kind) {
        return switch (kind) {
            case WORD, TWO_WORDS -> " letters";
            case NUMBER -> " digits";
            case LETTER -> " type";
        };
    }

    private static String font(Lettering it) {
        return (it.face().isBold() ? "bold " : "") + it.face().style().word();
    }

    private static String onGround(String ground) {
        return ground.equals(Ground.WHITE.word())
                ? ""
                : " on " + (startsWithVowel(ground) ? "an " : "a ") + ground + " background";
    }

    private static boolean startsWithVowel(String word) {
        return "aeio".indexOf(word.charAt(0)) >= 0;
    }

    /** {@code H, e, l, l, o}; a space between two words is said as such. */
    private static String spelled(String text) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            letters.append(letters.isEmpty() ? "" : ", ").append(c == ' ' ? "space" : c);
        }
        return letters.toString();
    }
}
