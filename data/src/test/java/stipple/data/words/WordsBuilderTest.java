package stipple.data.words;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.build.DrawnSet;
import stipple.data.build.SetReport;
import stipple.data.composition.Ground;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.shards.ShardSet;

class WordsBuilderTest {
    @TempDir
    Path folder;

    private WordsBuilder.Options options(String name, int threads) throws IOException {
        Path packages = Files.createDirectories(folder.resolve("packages"));
        return new WordsBuilder.Options(
                new DrawnSet.Options(folder.resolve(name), 60, 48, 7, threads), new FakeWordPackages(packages));
    }

    private Map<String, ShardSet> build() throws IOException {
        WordsBuilder.build(options("set", 2), p -> {});
        Map<String, ShardSet> families = new HashMap<>();
        for (String family : new String[] {"train", WordsBuilder.UNSEEN_WORD, WordsBuilder.UNSEEN_FONT}) {
            families.put(family, ShardSet.open(folder.resolve("set"), family));
        }
        return families;
    }

    @Test
    void the_same_options_give_the_same_bytes_on_any_number_of_threads() throws IOException {
        WordsBuilder.build(options("a", 1), p -> {});
        WordsBuilder.build(options("b", 3), p -> {});
        for (String file : new String[] {"train-0000.tar", "unseen_word-0000.tar", "unseen_font-0000.tar", "CARD.md"}) {
            assertEquals(
                    -1,
                    Files.mismatch(
                            folder.resolve("a").resolve(file),
                            folder.resolve("b").resolve(file)),
                    file);
        }
    }

    @Test
    void training_draws_no_word_and_no_font_of_the_test_and_each_held_out_family_holds_one_of_them_out()
            throws IOException {
        Map<String, ShardSet> families = build();
        assertEquals(60, families.get("train").size());
        families.forEach((family, set) -> {
            for (int i = 0; i < set.size(); i++) {
                JsonNode json = set.json(i);
                String font = json.at("/metadata/font").asText();
                boolean heldOut =
                        Typeface.ALL.stream().anyMatch(face -> face.id().equals(font) && face.heldOut());
                assertEquals(family.equals(WordsBuilder.UNSEEN_FONT), heldOut, font);
                for (String word : json.at("/words/text").asText().split(" ")) {
                    assertEquals(family.equals(WordsBuilder.UNSEEN_WORD), WordSplit.isTest(word), word);
                }
            }
        });
    }

    @Test
    void every_caption_quotes_the_text_and_the_picture_shows_its_two_colours() throws IOException {
        ShardSet train = build().get("train");
        Set<String> kinds = new HashSet<>();
        for (int i = 0; i < train.size(); i++) {
            JsonNode json = train.json(i);
            String text = json.at("/words/text").asText();
            for (String key : new String[] {"caption", "caption_long"}) {
                json.get(key).forEach(c -> assertTrue(c.asText().contains('"' + text + '"'), c.asText()));
            }
            json.get("caption_zh").forEach(c -> assertTrue(c.asText().contains('“' + text + '”'), c.asText()));
            Pixels picture = PixelReader.read(train.get(i).images().getFirst(), "picture");
            int ground = rgb(picture, 0, 0);
            assertEquals(rgb(picture, 47, 47), ground, "all corners are ground");
            assertTrue(holds(picture, Integer.parseInt(json.at("/words/rgb").asText(), 16)), text);
            kinds.add(json.at("/metadata/class").asText());
        }
        assertEquals(Set.of("word", "two_words", "number", "letter"), kinds);
    }

    @Test
    void every_font_stands_in_the_card_with_its_licence_and_its_notice_lies_beside_it() throws IOException {
        SetReport report = WordsBuilder.build(options("set", 2), p -> {});
        String card = Files.readString(folder.resolve("set/CARD.md"));
        for (Typeface face : Typeface.ALL) {
            assertTrue(card.contains("| " + face.source().spec() + " | " + face.licence() + " | The Fake Authors |"));
            assertTrue(Files.exists(folder.resolve("set/licenses/fontsource-" + face.family() + "-5.3.0-LICENSE")));
        }
        assertEquals(Set.of("OFL-1.1", "Apache-2.0"), report.by("license").keySet());
    }

    @Test
    void a_font_whose_licence_changed_is_refused() throws IOException {
        Path packages = Files.createDirectories(folder.resolve("packages"));
        var changed = new FakeWordPackages(packages).withLicence("proprietary");
        var options = new WordsBuilder.Options(new DrawnSet.Options(folder.resolve("set"), 1, 48, 0, 1), changed);
        String message = assertThrows(DataException.class, () -> WordsBuilder.build(options, p -> {}))
                .getMessage();
        assertTrue(message.contains("proprietary"), message);
    }

    @Test
    void every_style_has_fonts_for_training_and_one_family_held_out() {
        for (LetterStyle style : LetterStyle.values()) {
            long heldOut = families(style, true);
            assertEquals(1, heldOut, style.word());
            assertTrue(families(style, false) >= 2, style.word());
        }
    }

    @Test
    void another_seed_draws_other_pictures() throws IOException {
        WordsBuilder.Options one = options("a", 2);
        WordsBuilder.build(one, p -> {});
        WordsBuilder.build(
                new WordsBuilder.Options(new DrawnSet.Options(folder.resolve("b"), 60, 48, 8, 2), one.packages()),
                p -> {});
        assertNotEquals(
                ShardSet.open(folder.resolve("a"), "train").json(0),
                ShardSet.open(folder.resolve("b"), "train").json(0));
        assertFalse(Ground.WHITE.contrast(Ground.CREAM) > 2);
    }

    private static long families(LetterStyle style, boolean heldOut) {
        return Typeface.ALL.stream()
                .filter(f -> f.style() == style && f.heldOut() == heldOut)
                .map(Typeface::family)
                .distinct()
                .count();
    }

    private static int rgb(Pixels p, int x, int y) {
        return p.at(x, y, 0) << 16 | p.at(x, y, 1) << 8 | p.at(x, y, 2);
    }

    private static boolean holds(Pixels p, int wanted) {
        for (int y = 0; y < p.height(); y++) {
            for (int x = 0; x < p.width(); x++) {
                if (rgb(p, x, y) == wanted) {
                    return true;
                }
            }
        }
        return false;
    }
}
