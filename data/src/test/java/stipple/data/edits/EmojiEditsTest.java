package stipple.data.edits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ImageMember;
import stipple.data.shards.ShardSet;
import stipple.data.shards.TarShardWriter;

class EmojiEditsTest {
    @TempDir
    Path folder;

    private Path emoji;

    /** An apple in two styles and in a third that is held out; a hand in two tones of one style. */
    @BeforeEach
    void makeASet() throws IOException {
        emoji = Files.createDirectories(folder.resolve("emoji"));
        try (TarShardWriter writer = new TarShardWriter(emoji, "train", 10)) {
            add(writer, "apple_flat", "1f34e", "1f34e", "flat", "");
            add(writer, "apple_noto", "1f34e", "1f34e", "noto", "");
            add(writer, "hand_flat", "270b", "270b", "flat", "");
            add(writer, "hand_dark", "270b-1f3ff", "270b", "flat", "dark");
            writer.finishAll();
        }
        try (TarShardWriter writer = new TarShardWriter(emoji, "unseen_pair", 10)) {
            add(writer, "apple_3d", "1f34e", "1f34e", "3d", "");
            writer.finishAll();
        }
        Files.writeString(emoji.resolve("LICENSES.md"), "whose they are");
    }

    private static void add(
            TarShardWriter writer, String key, String codepoints, String base, String style, String tone) {
        byte[] png = PngEncoder.encode(Pixels.filled(16, 16, Math.floorMod(key.hashCode(), 200)));
        writer.add(
                key,
                "{\"caption\": \"" + key + "\", \"metadata\": {\"codepoints\": \"" + codepoints + "\", \"base\": \""
                        + base + "\", \"style\": \"" + style + "\", \"skin_tone\": \"" + tone
                        + "\", \"label\": \"x\", \"source\": \"s\", \"license\": \"MIT\"}}",
                List.of(new ImageMember("png", png)));
    }

    @Test
    void targets_of_another_style_or_tone_are_paired_and_held_out_pictures_are_only_ever_held_out_targets()
            throws IOException {
        Path out = folder.resolve("edits");
        EmojiEdits.Built built = EmojiEdits.build(emoji, out);
        assertEquals(new EmojiEdits.Built(4, 1, Map.of("style", 3, "skin_tone", 2)), built);
        ShardSet train = ShardSet.open(out, "train");
        for (int i = 0; i < train.size(); i++) {
            JsonNode facts = train.json(i).path("metadata");
            String source = facts.path("source_key").asText();
            String target = facts.path("target_key").asText();
            assertNotEquals(source, target);
            assertEquals(source.split("_")[0], target.split("_")[0]);
            assertTrue(!source.endsWith("3d") && !target.endsWith("3d"), source + " " + target);
            assertEquals(2, train.get(i).images().size());
            assertArrayEquals(picture(source), train.get(i).images().get(0));
            assertArrayEquals(picture(target), train.get(i).images().get(1));
        }
        ShardSet heldOut = ShardSet.open(out, EmojiEdits.HOLDOUT);
        assertEquals(1, heldOut.size());
        assertEquals(
                "apple_3d", heldOut.json(0).path("metadata").path("target_key").asText());
        assertTrue(heldOut.json(0).path("caption").get(0).asText().contains("3D style"));
        assertEquals("whose they are", Files.readString(out.resolve("LICENSES.md")));
    }

    private byte[] picture(String key) {
        ShardSet set = ShardSet.open(emoji, "train");
        for (int i = 0; i < set.size(); i++) {
            if (set.key(i).equals(key)) {
                return set.get(i).images().getFirst();
            }
        }
        throw new AssertionError(key);
    }

    @Test
    void the_same_set_gives_the_same_bytes() throws IOException {
        EmojiEdits.build(emoji, folder.resolve("a"));
        EmojiEdits.build(emoji, folder.resolve("b"));
        for (String name : List.of("train-0000.tar", "holdout-0000.tar")) {
            assertEquals(
                    -1,
                    Files.mismatch(
                            folder.resolve("a").resolve(name),
                            folder.resolve("b").resolve(name)));
        }
    }

    @Test
    void a_set_without_styles_or_tones_is_refused() throws IOException {
        Path single = Files.createDirectories(folder.resolve("single"));
        try (TarShardWriter writer = new TarShardWriter(single, "train", 10)) {
            add(writer, "apple_flat", "1f34e", "1f34e", "flat", "");
            writer.finishAll();
        }
        DataException refused = assertThrows(DataException.class, () -> EmojiEdits.build(single, folder.resolve("c")));
        assertTrue(refused.getMessage().contains("no emoji in two styles"), refused.getMessage());
    }
}
