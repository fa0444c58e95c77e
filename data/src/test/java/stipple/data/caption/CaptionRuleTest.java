package stipple.data.caption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import stipple.data.DataException;
import stipple.data.pixels.PixelSize;

class CaptionRuleTest {
    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Map<String, Integer> draws(CaptionRule rule, JsonNode json, int n) {
        SplittableRandom random = new SplittableRandom(1);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < n; i++) {
            counts.merge(rule.draw(json, random), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void keys_are_chosen_by_ratio_and_values_uniformly() {
        CaptionRule rule = new CaptionRule(Map.of("caption", 4.0, "caption_i2t", 1.0), 0, List.of(), List.of());
        Map<String, Integer> counts =
                draws(rule, json("{\"caption\": [\"a\", \"b\"], \"caption_i2t\": {\"x\": \"c\"}}"), 10_000);
        assertEquals(4000, counts.get("a"), 200);
        assertEquals(4000, counts.get("b"), 200);
        assertEquals(2000, counts.get("c"), 200);
    }

    @Test
    void a_key_that_the_sample_lacks_leaves_its_share_to_the_others() {
        CaptionRule rule = new CaptionRule(Map.of("caption", 1.0, "caption_all", 1.0), 0, List.of(), List.of());
        assertEquals(Map.of("a", 50), draws(rule, json("{\"caption\": \"a\"}"), 50));
        JsonNode none = json("{\"caption\": [], \"other\": \"x\"}");
        assertThrows(DataException.class, () -> rule.draw(none, new SplittableRandom(1)));
        JsonNode number = json("{\"caption\": [3]}");
        assertThrows(DataException.class, () -> rule.draw(number, new SplittableRandom(1)));
    }

    @Test
    void capitals_lower_the_rest_of_the_text() {
        CaptionRule always = new CaptionRule(Map.of("caption", 1.0), 1, List.of(), List.of());
        assertEquals(Map.of("A red apple", 5), draws(always, json("{\"caption\": \"a RED Apple\"}"), 5));
        CaptionRule half = new CaptionRule(Map.of("caption", 1.0), 0.5, List.of(), List.of());
        assertEquals(500, draws(half, json("{\"caption\": \"x\"}"), 1000).get("X"), 60);
    }

    @Test
    void templates_wrap_the_caption_and_openers_are_cut_off() {
        CaptionRule rule = new CaptionRule(
                Map.of("caption_all", 1.0), 0, List.of("draw {caption}!"), List.of("The picture shows"));
        assertEquals(Map.of("draw a cat!", 1), draws(rule, json("{\"caption_all\": \"The picture shows a cat\"}"), 1));
        assertThrows(
                DataException.class, () -> new CaptionRule(Map.of("caption", 1.0), 0, List.of("no slot"), List.of()));
    }

    @Test
    void filters_name_the_limit_that_a_sample_breaks() {
        SampleFilter filter =
                new SampleFilter(8, 0, 0, 1000, 3, Map.of("logo", 1.0), Map.of("score", 5.0, "nsfw", -0.5));
        JsonNode good = json("{\"caption\": \"a cat\", \"metadata\": {\"score\": 5, \"nsfw\": 0.5}}");
        SplittableRandom random = new SplittableRandom(1);
        assertEquals(Optional.empty(), filter.refuses(good, List.of(new PixelSize(20, 10)), random));
        assertEquals(Optional.of("height below 8"), filter.refuses(good, List.of(new PixelSize(20, 7)), random));
        assertTrue(filter.refuses(good, List.of(new PixelSize(40, 10)), random)
                .orElseThrow()
                .contains("aspect"));
        assertTrue(filter.refuses(good, List.of(new PixelSize(40, 40)), random)
                .orElseThrow()
                .contains("area"));
        JsonNode low = json("{\"caption\": \"a cat\", \"metadata\": {\"score\": 4, \"nsfw\": 0}}");
        assertEquals(Optional.of("metadata.score below 5.0"), filter.refuses(low, List.of(), random));
        JsonNode word = json("{\"caption\": \"a LOGO\", \"metadata\": {\"score\": 9, \"nsfw\": 0}}");
        assertEquals(Optional.of("keyword 'logo'"), filter.refuses(word, List.of(), random));
    }
}
