package stipple.data.emoji;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.Sample;
import stipple.data.build.BuildProgress;
import stipple.data.build.SetReport;
import stipple.data.pixels.PixelReader;
import stipple.data.pixels.Pixels;
import stipple.data.shards.ShardSet;

class EmojiBuilderTest {
    @TempDir
    Path folder;

    private EmojiOptions options;

    @BeforeEach
    void fakes() throws IOException {
        Path packages = Files.createDirectory(folder.resolve("packages"));
        options = EmojiOptions.of(folder.resolve("out"))
                .withSize(32)
                .withSamplesPerShard(10)
                .withPackages(new FakePackages(packages));
    }

    private static Map<String, Sample> samples(Path output) {
        ShardSet set = ShardSet.open(output, "");
        Map<String, Sample> byKey = new HashMap<>();
        for (int i = 0; i < set.size(); i++) {
            byKey.put(set.key(i), set.get(i));
        }
        return byKey;
    }

    private static Map<String, byte[]> files(Path output) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(output)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                contents.put(output.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    @Test
    void pictures_captions_and_metadata_meet_by_code_points() {
        SetReport report = EmojiBuilder.build(options, p -> {});
        Map<String, Sample> samples = samples(options.output());
        assertEquals(report.samples(), samples.size());
        JsonNode json = samples.get("1f44b_1f3ff_high_contrast").json();
        assertEquals(
                "a waving hand with dark skin tone, high-contrast black and white style",
                json.at("/caption/0").asText());
        JsonNode metadata = json.get("metadata");
        assertEquals("1f44b-1f3ff", metadata.get("codepoints").asText());
        assertEquals("1f44b", metadata.get("base").asText());
        assertEquals("dark", metadata.get("skin_tone").asText());
        assertEquals(
                EmojiStyle.HIGH_CONTRAST.source().spec(), metadata.get("source").asText());
        assertEquals("MIT", metadata.get("license").asText());
        JsonNode apple = samples.get("1f34e_3d").json().get("metadata");
        assertEquals("food-drink", apple.get("group").asText());
        assertEquals("food-fruit", apple.get("subgroup").asText());
        assertEquals("ripe", apple.at("/tags/3").asText());
    }

    @Test
    void captions_come_short_long_and_in_chinese() {
        EmojiBuilder.build(options, p -> {});
        JsonNode json = samples(options.output()).get("1f44b_1f3ff_flat").json();
        assertEquals("挥手，较深肤色，扁平风格", json.at("/caption_zh/0").asText());
        assertTrue(json.at("/caption_long/0").asText().contains("on a plain white background"), json.toString());
        assertFalse(samples(options.output()).get("27a1_flat").json().has("caption_zh"), "no Chinese name is known");
    }

    @Test
    void the_default_tier_is_permissive_and_every_licence_has_its_text() {
        assertEquals(6, Tier.CORE_P.styles().size());
        assertEquals(EmojiStyle.values().length, Tier.CORE.styles().size());
        assertEquals(Tier.CORE_P.styles(), EmojiOptions.of(folder).styles());
        for (EmojiStyle style : EmojiStyle.values()) {
            String text = "/stipple/data/licenses/" + style.source().licence() + ".txt";
            assertTrue(EmojiStyle.class.getResource(text) != null, text);
        }
    }

    @Test
    void what_is_drawn_is_what_the_package_holds() {
        EmojiBuilder.build(options, p -> {});
        Map<String, Sample> samples = samples(options.output());
        Map<String, Pixels> pixels = new HashMap<>();
        samples.forEach((k, s) -> pixels.put(k, PixelReader.read(s.images().get(0), k)));
        Pixels apple = pixels.get("1f34e_flat");
        assertEquals(32, apple.width());
        assertEquals(255, apple.at(5, 16, 0));
        assertEquals(0, apple.at(5, 16, 1));
        assertEquals(255, apple.at(20, 16, 1));
        Pixels heart = pixels.get("2764_high_contrast");
        assertEquals(0, heart.at(16, 16, 0), "the text colour is black");
        Pixels arrow = pixels.get("27a1_noto");
        assertEquals(255, arrow.at(2, 16, 0), "an hFlip alias is mirrored");
        assertEquals(0, arrow.at(30, 16, 0));
        Pixels wide = pixels.get("1f51b_noto_v1");
        assertEquals(255, wide.at(16, 6, 0), "a 64x32 icon is centred");
        assertEquals(0, wide.at(16, 9, 0));
        Pixels keycap = pixels.get("0035_20e3_3d");
        assertEquals(255, keycap.at(16, 6, 0));
        assertEquals(0, keycap.at(16, 9, 0));
    }

    @Test
    void blank_pictures_are_left_out_and_counted() {
        SetReport report = EmojiBuilder.build(options, p -> {});
        assertEquals(2, report.by("style").get("3d"));
        assertEquals(6, report.by("style").get("flat"));
        // Without chars.json of its own the set lends flat's names; nothing is lost.
        assertEquals(6, report.by("style").get("gradient"));
        assertEquals(1, report.leftOut().count("no picture in style flat"));
        assertEquals(6, report.leftOut().count("blank picture"));
        assertFalse(samples(options.output()).containsKey("2764_3d"));
    }

    @Test
    void a_second_build_with_other_threads_gives_the_same_bytes() throws IOException {
        EmojiBuilder.build(options.withThreads(1), p -> {});
        Map<String, byte[]> first = files(options.output());
        EmojiBuilder.build(options.withThreads(3), p -> {});
        Map<String, byte[]> second = files(options.output());
        assertEquals(first.keySet(), second.keySet());
        first.forEach((name, bytes) -> assertArrayEquals(bytes, second.get(name), name));
    }

    @Test
    void a_smaller_build_leaves_nothing_of_a_larger_one() {
        EmojiBuilder.build(options.withSamplesPerShard(1), p -> {});
        SetReport report = EmojiBuilder.build(options.withStyles(List.of(EmojiStyle.FLAT)), p -> {});
        assertEquals(6, report.samples());
        assertEquals(6, samples(options.output()).size());
    }

    @Test
    void a_folder_with_other_files_is_refused_and_kept() throws IOException {
        Path mine = Files.createDirectories(options.output()).resolve("thesis.txt");
        Files.writeString(mine, "mine");
        DataException e = assertThrows(DataException.class, () -> EmojiBuilder.build(options, p -> {}));
        assertTrue(e.getMessage().contains("thesis.txt"), e.getMessage());
        assertTrue(Files.exists(mine));
    }

    @Test
    void the_index_lists_every_shard_and_meta_lists_train_alone() throws IOException {
        SetReport report = EmojiBuilder.build(options, p -> {});
        ObjectMapper mapper = new ObjectMapper();
        JsonNode index = mapper.readTree(Files.readAllBytes(options.output().resolve("index.json")));
        assertEquals(report.shards().size(), index.get("shards").size());
        int samples = 0;
        for (JsonNode shard : index.get("shards")) {
            samples += shard.get("samples").asInt();
            assertEquals(
                    Files.size(options.output().resolve(shard.get("file").asText())),
                    shard.get("bytes").asLong());
        }
        assertEquals(report.samples(), samples);
        assertEquals(samples, index.at("/totals/samples").asInt());
        JsonNode meta = mapper.readTree(Files.readAllBytes(options.output().resolve("meta.json")));
        JsonNode stats = mapper.readTree(Files.readAllBytes(options.output().resolve("meta_stats.json")));
        assertTrue(meta.has("train-0000.tar"));
        meta.fieldNames().forEachRemaining(name -> assertTrue(name.startsWith("train-"), name));
        assertEquals(report.by("split").get("train"), stats.get("total_samples").asInt());
        assertEquals(meta.size(), stats.get("total_files").asInt());
    }

    @Test
    void licence_files_of_the_packages_travel_with_the_pictures() throws IOException {
        EmojiBuilder.build(options, p -> {});
        Path licences = options.output().resolve("licenses");
        assertEquals("the licence of emojibase", Files.readString(licences.resolve("emojibase-data-17.0.0-LICENSE")));
        assertTrue(Files.readString(licences.resolve("Apache-2.0.txt")).contains("Apache License"));
        String credits = Files.readString(options.output().resolve("LICENSES.md"));
        for (EmojiStyle style : options.styles()) {
            assertTrue(credits.contains(style.source().spec()), style.id());
        }
    }

    @Test
    void progress_ends_with_everything_done() {
        List<BuildProgress> steps = new ArrayList<>();
        EmojiBuilder.build(options, steps::add);
        assertEquals(steps.getLast().total(), steps.getLast().done());
        assertTrue(steps.stream().anyMatch(s -> s.stage().equals("fetch emojibase-data@17.0.0")));
    }

    @Test
    void a_style_that_gives_no_picture_at_all_is_an_error() {
        EmojiOptions broken = options.withPackages(npmPackage -> {
            Path tgz = options.packages().fetch(npmPackage);
            if (npmPackage.equals(EmojiStyle.NOTO_V1.source())) {
                FakePackages.write(tgz, Map.of("icons.json", FakePackages.utf8("{\"icons\":{}}")));
            }
            return tgz;
        });
        DataException e = assertThrows(DataException.class, () -> EmojiBuilder.build(broken, p -> {}));
        assertTrue(e.getMessage().contains("noto-v1"), e.getMessage());
    }

    @Test
    void impossible_options_are_refused() {
        assertThrows(DataException.class, () -> options.withSize(8));
        assertThrows(DataException.class, () -> options.withStyles(List.of()));
        assertThrows(DataException.class, () -> options.withThreads(0));
        assertThrows(DataException.class, () -> EmojiStyle.ofId("watercolour"));
    }
}
