package stipple.data.composition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.build.DrawnSet;
import stipple.data.build.SetIndex;
import stipple.data.build.SetReport;
import stipple.data.pixels.PixelReader;
import stipple.data.shards.ShardSet;

class CompositionBuilderTest {
    @TempDir
    Path folder;

    private DrawnSet.Options options(String name, int threads) {
        return new DrawnSet.Options(folder.resolve(name), 40, 48, 7, threads);
    }

    private static Map<String, String> hashes(Path output) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(output)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                contents.put(
                        output.relativize(file).toString(), java.util.Arrays.hashCode(Files.readAllBytes(file)) + "");
            }
        }
        return contents;
    }

    @Test
    void the_same_options_give_the_same_bytes_on_any_number_of_threads() throws IOException {
        CompositionBuilder.build(options("a", 1), p -> {});
        CompositionBuilder.build(options("b", 3), p -> {});
        assertEquals(hashes(folder.resolve("a")), hashes(folder.resolve("b")));
    }

    @Test
    void a_sample_holds_its_picture_its_captions_in_two_languages_and_its_scene() {
        SetReport report = CompositionBuilder.build(options("a", 2), p -> {});
        ShardSet train = ShardSet.open(folder.resolve("a"), "train");
        assertEquals(40, train.size());
        assertEquals(1, report.by("split").get(CompositionBuilder.UNSEEN));
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < train.size(); i++) {
            JsonNode json = train.json(i);
            assertTrue(keys.add(train.key(i)));
            Scene scene = Scene.of(json.get("scene"));
            assertEquals(
                    Renderer.draw(scene, 48),
                    PixelReader.read(train.get(i).images().getFirst(), "picture"));
            assertTrue(json.get("caption").size() >= 2, json.toString());
            assertEquals(2, json.get("caption_long").size());
            String chinese = json.at("/caption_zh/0").asText();
            assertTrue(chinese.codePoints().anyMatch(c -> c >= 0x4e00), chinese);
            assertEquals("Apache-2.0", json.at("/metadata/license").asText());
        }
    }

    @Test
    void captions_say_what_is_drawn() {
        Scene scene = new Scene(
                Ground.CREAM,
                java.util.List.of(
                        new SceneObject(Shape.STAR, Colour.RED, Colour.RED.rgb(), 0.25, 0.5, 0.3),
                        new SceneObject(Shape.CUP, Colour.BLUE, Colour.BLUE.rgb(), 0.75, 0.5, 0.3)));
        var captions = SceneWords.english(scene, SceneClass.POSITIONS, new java.util.Random(1));
        assertEquals("a star to the left of a cup on a cream background", captions.getFirst());
        assertTrue(captions.contains("a red star and a blue cup on a cream background"), captions.toString());
        assertTrue(
                captions.contains("a blue cup to the right of a red star on a cream background"), captions.toString());
        assertEquals(
                "一颗星星在一个杯子的左边，米色背景",
                SceneWords.chinese(scene, SceneClass.POSITIONS).getFirst());
    }

    @Test
    void a_finished_set_is_known_by_its_index_and_an_unfinished_one_is_not() throws IOException {
        DrawnSet.Options options = options("a", 2);
        CompositionBuilder.build(options, p -> {});
        assertTrue(SetIndex.isComplete(options.output(), "composition", CompositionBuilder.parameters(options)));
        assertFalse(SetIndex.isComplete(options.output(), "composition", Map.of("seed", "8")));
        Files.delete(options.output().resolve("train-0000.tar"));
        assertFalse(SetIndex.isComplete(options.output(), "composition", CompositionBuilder.parameters(options)));
    }

    @Test
    void the_card_counts_by_source_and_licence_and_the_licence_text_lies_beside_it() throws IOException {
        CompositionBuilder.build(options("a", 2), p -> {});
        String card = Files.readString(folder.resolve("a/CARD.md"));
        assertTrue(card.contains("| stipple composition generator 2 | Apache-2.0 | the Stipple authors | 41 |"), card);
        assertTrue(Files.exists(folder.resolve("a/licenses/Apache-2.0.txt")));
        assertTrue(Files.exists(folder.resolve("a/contact-sheet.png")));
    }

    @Test
    void impossible_options_are_refused() {
        assertThrows(DataException.class, () -> new DrawnSet.Options(folder, 0, 64, 0, 1));
        assertThrows(DataException.class, () -> new DrawnSet.Options(folder, 1, 8, 0, 1));
        assertThrows(DataException.class, () -> new DrawnSet.Options(folder, 1, 64, 0, 0));
    }
}
