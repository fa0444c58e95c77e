package stipple.data.emoji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.Sample;
import stipple.data.build.SetReport;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.shards.ShardSet;

class EmojiEditBuilderTest {
    @TempDir
    Path folder;

    private EmojiOptions options;

    @BeforeEach
    void fakes() throws IOException {
        options = EmojiOptions.of(folder.resolve("out"))
                .withSize(32)
                .withPackages(new FakePackages(Files.createDirectory(folder.resolve("packages"))));
    }

    private Map<String, Sample> samples() {
        ShardSet set = ShardSet.open(options.output(), "");
        Map<String, Sample> byKey = new HashMap<>();
        for (int i = 0; i < set.size(); i++) {
            byKey.put(set.key(i), set.get(i));
        }
        return byKey;
    }

    @Test
    void a_skin_tone_edit_leads_from_one_drawing_to_the_other() {
        EmojiEditBuilder.build(options, 100, p -> {});
        Sample sample = samples().get("skin_tone_1f44b_flat_to_1f44b_1f3ff_flat");
        assertEquals(
                "change the skin tone to dark", sample.json().at("/caption/0").asText());
        assertEquals(
                "a waving hand with dark skin tone, flat style",
                sample.json().at("/target_caption").asText());
        assertEquals(
                "The picture shows a waving hand, flat style. Make the skin dark. Then it shows a waving hand with dark"
                        + " skin tone, flat style. Keep the pose, the clothes and the style.",
                sample.json().at("/caption_long/1").asText());
        assertEquals("把肤色改成较深肤色，姿势、衣着和风格保持不变", sample.json().at("/caption_zh/2").asText());
        assertNull(samples().get("skin_tone_1f44b_high_contrast_to_1f44b_1f3ff_high_contrast"), "no colour, no tone");
        Pixels source = PixelReader.read(sample.images().get(0), "source");
        Pixels target = PixelReader.read(sample.images().get(1), "target");
        assertEquals(0xcc, source.at(8, 8, 1));
        assertEquals(0x33, target.at(8, 8, 1));
    }

    @Test
    void a_mirror_image_is_exact_and_edits_that_change_nothing_are_left_out() {
        SetReport report = EmojiEditBuilder.build(options, 100, p -> {});
        Map<String, Sample> samples = samples();
        Sample sample = samples.get("mirror_27a1_noto_to_27a1_noto");
        Pixels source = PixelReader.read(sample.images().get(0), "source");
        assertEquals(source.mirrored(), PixelReader.read(sample.images().get(1), "target"));
        // The fake sets hold the same drawings, and a heart that is a disc.
        assertNull(samples.get("style_27a1_flat_to_27a1_noto"));
        assertNull(samples.get("mirror_2764_flat_to_2764_flat"));
        assertTrue(report.leftOut().count("edit that changes nothing (style)") > 0);
    }

    @Test
    void an_edit_of_a_held_out_picture_is_held_out() {
        EmojiEditBuilder.build(options, 100, p -> {});
        for (Map.Entry<String, Sample> sample : samples().entrySet()) {
            JsonNode metadata = sample.getValue().json().get("metadata");
            if (metadata.get("split").asText().equals("train")) {
                for (String side : new String[] {"source_", "target_"}) {
                    String codepoints = metadata.get(side + "codepoints").asText();
                    String base = codepoints.replaceAll("-1f3f[b-f]", "");
                    EmojiStyle style = EmojiStyle.ofId(metadata.get(side.equals("source_") ? "source_style" : "style")
                            .asText());
                    assertEquals("train", SplitRule.split(base, style), sample.getKey());
                }
            }
        }
    }

    @Test
    void the_number_of_a_kind_is_limited() {
        SetReport report = EmojiEditBuilder.build(options, 2, p -> {});
        report.by("edit").forEach((kind, count) -> assertTrue(count <= 2, kind));
        assertFalse(report.by("edit").isEmpty());
        assertThrows(DataException.class, () -> EmojiEditBuilder.build(options, 0, p -> {}));
    }

    @Test
    void keys_fit_into_a_tar_and_stay_apart_however_many_code_points_there_are() {
        String couple = "1f468-1f3fe-200d-2764-200d-1f48b-200d-1f468-1f3f";
        java.util.Set<String> keys = new java.util.HashSet<>();
        for (String tone : new String[] {"b", "c", "d"}) {
            EmojiEntry entry = new EmojiEntry(
                    couple + tone, couple, "kiss", "", java.util.List.of(), "people-body", "family", "", 1);
            keys.add(new EmojiEdit(
                            EditKind.SKIN_TONE, entry, EmojiStyle.THREE_D, entry, EmojiStyle.HIGH_CONTRAST, "dark", "")
                    .key());
        }
        assertEquals(3, keys.size());
        keys.forEach(key -> assertTrue(key.matches("[a-z0-9_]{1,80}"), key));
    }
}
