package stipple.data.words;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;
import stipple.data.fonts.FakeFont;
import stipple.data.fonts.OutlineFont;
import stipple.data.palette.NamedColour;
import stipple.data.pixels.Pixels;
import stipple.data.words.Lettering.Kind;

class LetteringTest {
    private static final Typeface BOLD = new Typeface(LetterStyle.SERIF, "lora", 700, "OFL-1.1", false, false);
    private final OutlineFont font = OutlineFont.readWoff(FakeFont.woff(), "fake");

    private static Lettering of(Kind kind, NamedColour ground, double degrees, String... lines) {
        return new Lettering(kind, List.of(lines), BOLD, Colour.RED, Colour.RED.rgb(), ground, 1, 0.5, 0.5, degrees);
    }

    @Test
    void captions_name_text_colours_and_letters_in_both_languages() {
        Lettering hello = of(Kind.WORD, Ground.LIGHT_BLUE, 5, "Hello");
        List<String> english = LetteringWords.english(hello, new Random(1));
        assertEquals("the word \"Hello\" in red letters on a light blue background", english.getFirst());
        assertTrue(english.contains("the word \"Hello\" in a bold serif font on a light blue background"));
        List<String> sentences = LetteringWords.englishLong(hello);
        assertTrue(sentences.getFirst().contains("falling to the right"), sentences.getFirst());
        assertTrue(sentences.getLast().contains("spelled H, e, l, l, o"), sentences.getLast());
        assertEquals("红色的单词“Hello”，浅蓝色背景", LetteringWords.chinese(hello).getFirst());
    }

    @Test
    void two_words_a_number_and_a_letter_are_called_so_and_white_goes_without_saying() {
        assertEquals(
                "the words \"big sun\" in red letters",
                LetteringWords.english(of(Kind.TWO_WORDS, Ground.WHITE, 0, "big", "sun"), new Random(1))
                        .getFirst());
        assertEquals(
                "the number \"42\" in red digits on an orange background",
                LetteringWords.english(of(Kind.NUMBER, Colour.ORANGE, 0, "42"), new Random(1))
                        .getFirst());
        assertEquals(
                "the letter \"A\" in red",
                LetteringWords.english(of(Kind.LETTER, Ground.WHITE, 0, "A"), new Random(1))
                        .getFirst());
    }

    @Test
    void the_text_keeps_its_distance_from_every_edge_turned_or_not() {
        for (double degrees : new double[] {0, 12, -12}) {
            Pixels picture =
                    LetteringRenderer.draw(of(Kind.TWO_WORDS, Ground.WHITE, degrees, "AAAAAAAA", "BB"), font, 100);
            for (int i = 0; i < 100; i++) {
                for (int edge : new int[] {0, 4, 95, 99}) {
                    assertEquals(255, picture.at(i, edge, 1), "row " + edge);
                    assertEquals(255, picture.at(edge, i, 1), "column " + edge);
                }
            }
        }
    }

    @Test
    void ground_shows_between_two_lines() {
        Pixels picture = LetteringRenderer.draw(of(Kind.TWO_WORDS, Ground.WHITE, 0, "AA", "BB"), font, 200);
        int rows = 0;
        boolean before = false;
        for (int y = 0; y < 200; y++) {
            boolean drawn = false;
            for (int x = 0; x < 200; x++) {
                drawn |= picture.at(x, y, 1) < 128;
            }
            rows += drawn && !before ? 1 : 0;
            before = drawn;
        }
        assertEquals(2, rows, "bands of letters");
    }

    @Test
    void a_word_belongs_to_the_test_in_every_case_and_a_letter_never_does() {
        assertEquals(WordSplit.isTest("hello"), WordSplit.isTest("HELLO"));
        for (char c = 'a'; c <= 'z'; c++) {
            assertTrue(!WordSplit.isTest(Character.toString(c)));
        }
        long tests = java.util.stream.IntStream.range(1000, 3000)
                .filter(i -> WordSplit.isTest(Integer.toString(i)))
                .count();
        assertTrue(tests > 60 && tests < 180, tests + " of 2000 numbers");
        assertNotEquals(0, tests);
    }
}
