package stipple.data.emoji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptionWriterTest {
    private static EmojiEntry entry(String label, String subgroup) {
        return new EmojiEntry("1f34e", "1f34e", label, "", List.of("fruit", "health", "apple"), "g", subgroup, "", 1);
    }

    private static String phrase(String label) {
        return NounPhrase.of(entry(label, "")).full();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "red apple | a red apple",
                "alarm clock | an alarm clock",
                "hourglass done | an hourglass done",
                "unicorn | a unicorn",
                "ewe | a ewe",
                "one-piece swimsuit | a one-piece swimsuit",
                "x-ray | an x-ray",
                "t-shirt | a t-shirt",
                "SOS button | an SOS button",
                "NEW button | a NEW button",
                "eyes | eyes",
                "scissors | scissors",
                "cactus | a cactus",
                "compass | a compass",
                "bread | bread",
                "men wrestling | men wrestling",
                "woman lifting weights | a woman lifting weights",
                "face with rolling eyes | a face with rolling eyes",
                "Santa Claus | Santa Claus",
                "Statue of Liberty | the Statue of Liberty",
                "no smoking | a no smoking sign",
                "woman’s boot | a woman's boot"
            })
    void articles_follow_sound_and_number(String label, String expected) {
        assertEquals(expected, phrase(label));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "waving hand: dark skin tone | a waving hand with dark skin tone",
                "woman: red hair | a woman with red hair",
                "woman: medium skin tone, red hair | a woman with red hair and medium skin tone",
                "man: bald | a bald man",
                "person: beard | a person with a beard",
                "flag: France | the flag of France",
                "keycap: # | a keycap with the hash sign",
                "family: man, man, girl, boy | a family of two men, a girl and a boy",
                "kiss: woman, man | a woman and a man kissing",
                "people holding hands: light skin tone, dark skin tone"
                        + " | people holding hands with light and dark skin tones"
            })
    void details_behind_the_colon_become_words(String label, String expected) {
        assertEquals(expected, phrase(label));
    }

    @Test
    void the_canonical_caption_comes_first_and_the_bare_label_last() {
        List<String> captions = CaptionWriter.captions(entry("red apple", ""), EmojiStyle.THREE_D);
        assertEquals("a red apple, 3D style", captions.getFirst());
        assertEquals("red apple", captions.getLast());
        assertEquals(6, captions.size());
        assertEquals(6, new HashSet<>(captions).size());
        assertTrue(captions.contains("a 3D render of a red apple"));
        assertTrue(
                captions.stream().anyMatch(c -> c.contains("fruit and health")),
                "two keywords that the label does not say: " + captions);
    }

    @Test
    void every_style_says_so_in_all_captions_but_the_last() {
        for (EmojiStyle style : EmojiStyle.values()) {
            List<String> captions = CaptionWriter.captions(entry("red apple", ""), style);
            for (String caption : captions.subList(0, captions.size() - 1)) {
                boolean said = caption.contains(style.phrase())
                        || caption.startsWith(style.opener())
                        || style.synonyms().stream().anyMatch(caption::contains);
                assertTrue(said, caption);
            }
        }
    }

    @Test
    void clocks_and_zodiac_signs_say_what_they_are() {
        assertEquals(
                "a clock showing eight-thirty",
                NounPhrase.of(entry("eight-thirty", "time")).full());
        assertEquals(
                "an Aries zodiac sign", NounPhrase.of(entry("Aries", "zodiac")).full());
    }
}
