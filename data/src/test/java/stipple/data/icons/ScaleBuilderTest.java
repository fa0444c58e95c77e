package stipple.data.icons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static stipple.data.emoji.FakePackages.utf8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.build.SetReport;
import stipple.data.build.TrainingLicences;
import stipple.data.emoji.FakePackages;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;
import stipple.data.shards.ShardSet;

class ScaleBuilderTest {
    @TempDir
    Path folder;

    private final Map<String, byte[]> files = new TreeMap<>();
    private final StringBuilder list = new StringBuilder();
    private int boxes;

    @BeforeEach
    void sets() {
        set(
                "plump",
                "Plump color icons",
                "UI Multicolor",
                "MIT",
                true,
                "wine",
                "wine-flat",
                "arrow-left",
                "cup-16",
                "cup-48",
                "x1");
        set("noto", "Noto Emoji", "Emoji", "Apache-2.0", true, "red-apple", "oldname");
        set("flag", "Flag Icons", "Flags / Maps", "MIT", true, "zz");
        set("credited", "Credited", "UI Multicolor", "CC-BY-4.0", true, "lamp");
        set("mono", "Mono", "UI 24px", "MIT", false, "hammer");
        set("shops", "Shops", "Logos", "MIT", true, "shop");
        set("nc", "NC", "UI Multicolor", "CC-BY-NC-4.0", true, "spoon");
        files.put("json/unlisted.json", utf8("{\"icons\":{\"secret\":{\"body\":\"<rect width='9' height='9'/>\"}}}"));
    }

    /** A set in which every icon is a box of another width and one icon more is hidden. */
    private void set(String prefix, String name, String category, String licence, boolean colour, String... names) {
        StringBuilder icons = new StringBuilder("\"hidden\":{\"body\":\"<g/>\",\"hidden\":true}");
        for (String icon : names) {
            boxes++;
            icons.append(",\"%s\":{\"body\":\"<path fill='#c00' d='M0 0h%dv24h-%dz'/>\"}"
                    .formatted(icon, 8 + boxes, 8 + boxes));
        }
        list.append(list.isEmpty() ? "" : ",")
                .append("\"%s\":{\"name\":\"%s\",\"total\":%d,\"author\":{\"name\":\"A. %s\",\"url\":\"http://%s\"},"
                        .formatted(prefix, name, names.length, prefix, prefix))
                .append("\"license\":{\"spdx\":\"%s\"},\"category\":\"%s\",\"palette\":%b}"
                        .formatted(licence, category, colour));
        String suffixes = prefix.equals("plump") ? ",\"suffixes\":{\"\":\"Duo\",\"flat\":\"Flat\"}" : "";
        String chars = prefix.equals("noto") ? ",\"chars\":{\"2764\":\"oldname\"}" : "";
        String categories = prefix.equals("plump") ? ",\"categories\":{\"FoodDrink\":[\"wine\"]}" : "";
        files.put(
                "json/" + prefix + ".json",
                utf8("{\"prefix\":\"%s\",\"icons\":{%s}%s%s%s,\"width\":48,\"height\":48}"
                        .formatted(prefix, icons, suffixes, chars, categories)));
    }

    private PackageSource packages() {
        files.put("package.json", utf8("{}"));
        files.put("collections.json", utf8("{" + list + "}"));
        Path tgz = folder.resolve("iconify.tgz");
        FakePackages.write(tgz, files);
        return wanted -> wanted.equals(NpmPackage.EMOJIBASE) ? new FakePackages(folder).fetch(wanted) : tgz;
    }

    private SetReport build(ScaleTier tier, boolean oneColour, boolean emoji, OptionalInt count) {
        return ScaleBuilder.build(
                new ScaleBuilder.Options(folder.resolve("set"), tier, oneColour, emoji, count, 48, 2, packages()),
                p -> {});
    }

    private Map<String, JsonNode> samples() {
        ShardSet set = ShardSet.open(folder.resolve("set"), "");
        Map<String, JsonNode> samples = new TreeMap<>();
        for (int i = 0; i < set.size(); i++) {
            samples.put(set.key(i), set.json(i));
        }
        return samples;
    }

    @Test
    void names_become_captions_in_the_words_of_their_style_and_emoji_have_chinese_ones() {
        build(ScaleTier.SCALE, false, true, OptionalInt.empty());
        Map<String, JsonNode> samples = samples();
        assertEquals(
                Set.of(
                        "credited__lamp",
                        "noto__oldname",
                        "noto__red_apple",
                        "plump__cup_48",
                        "plump__wine",
                        "plump__wine_flat"),
                samples.keySet());
        assertEquals(
                "wine, plump color duo icon style",
                samples.get("plump__wine").at("/caption/0").asText());
        assertTrue(samples.get("plump__wine").at("/caption_long/1").asText().contains("It belongs to food drink."));
        assertEquals(
                "wine, plump color flat icon style",
                samples.get("plump__wine_flat").at("/caption/0").asText());
        assertEquals("cup icon", samples.get("plump__cup_48").at("/caption/2").asText());
        assertEquals(
                "a red apple, Noto style",
                samples.get("noto__red_apple").at("/caption/0").asText());
        assertEquals(
                "红苹果，Noto风格", samples.get("noto__red_apple").at("/caption_zh/0").asText());
        assertEquals(
                "a red heart, Noto style",
                samples.get("noto__oldname").at("/caption/0").asText(),
                "by its code point");
        assertFalse(samples.get("plump__wine").has("caption_zh"));
    }

    @Test
    void each_set_has_its_licence_and_author_and_what_is_left_out_is_counted() throws IOException {
        SetReport report = build(ScaleTier.SCALE, false, true, OptionalInt.empty());
        String licences = Files.readString(folder.resolve("set/LICENSES.md"));
        assertTrue(
                licences.contains("| @iconify/json@2.2.535/credited | A. credited, http://credited | CC-BY-4.0 |"),
                licences);
        assertFalse(licences.contains("/nc "), licences);
        assertEquals(
                "CC-BY-4.0",
                samples().get("credited__lamp").at("/metadata/license").asText());
        Map<String, Integer> expected = Map.of(
                "icon of a set of brands", 1,
                "icon under CC-BY-NC-4.0", 1,
                "icon in one colour, not asked for", 1,
                "sign of a user interface, or a brand", 1,
                "smaller drawing of an icon", 1,
                "no usable name", 2);
        expected.forEach((reason, count) -> assertEquals(count, report.leftOut().count(reason), reason));
        assertFalse(Files.exists(folder.resolve("set/drawings.spool")));
    }

    @Test
    void tiers_and_options_choose_the_sets() {
        build(ScaleTier.SCALE_P, true, false, OptionalInt.empty());
        assertEquals(
                Set.of("mono__hammer", "plump__cup_48", "plump__wine", "plump__wine_flat"),
                samples().keySet());
        samples()
                .values()
                .forEach(json -> assertTrue(
                        TrainingLicences.allows(json.at("/metadata/license").asText())));
        assertEquals(2, build(ScaleTier.SCALE, false, true, OptionalInt.of(2)).samples());
        assertThrows(DataException.class, () -> build(ScaleTier.SCALE, false, true, OptionalInt.of(0)));
        assertThrows(DataException.class, () -> ScaleTier.ofId("all"));
    }

    @Test
    void drawings_that_look_the_same_are_kept_once_whatever_their_sets() {
        files.put("json/mono.json", files.get("json/plump.json"));
        assertEquals(
                3,
                build(ScaleTier.SCALE_P, true, false, OptionalInt.empty())
                        .leftOut()
                        .count("exact duplicate"));
    }
}
