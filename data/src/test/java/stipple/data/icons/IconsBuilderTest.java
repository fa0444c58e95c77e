package stipple.data.icons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static stipple.data.emoji.FakePackages.utf8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.build.SetReport;
import stipple.data.build.TrainingLicences;
import stipple.data.emoji.FakePackages;
import stipple.data.packages.NpmPackage;
import stipple.data.packages.PackageSource;
import stipple.data.shards.ShardSet;

class IconsBuilderTest {
    @TempDir
    Path folder;

    /** Every icon is a box of another width. */
    private Path archive(String... names) {
        String icons = Stream.of(names)
                .map(name -> "\"%s\":{\"body\":\"<path d='M0 0h%dv9h-9z'/>\"}"
                        .formatted(name, 5 + Arrays.asList(names).indexOf(name)))
                .collect(Collectors.joining(","));
        Path tgz = folder.resolve("icons.tgz");
        FakePackages.write(
                tgz,
                Map.of(
                        "package.json", utf8("{}"),
                        "icons.json", utf8("{\"prefix\":\"x\",\"width\":16,\"height\":16,\"icons\":{" + icons + "}}")));
        return tgz;
    }

    private PackageSource packages(String... names) {
        Path archive = archive(names);
        return wanted -> wanted.equals(NpmPackage.EMOJIBASE) ? new FakePackages(folder).fetch(wanted) : archive;
    }

    private Map<String, String> labels(List<IconStyle> styles, String... names) {
        SetReport report = IconsBuilder.build(
                new IconsBuilder.Options(folder.resolve("set"), 32, styles, 2, packages(names)), p -> {});
        Map<String, String> labels = new TreeMap<>();
        ShardSet all = ShardSet.open(report.folder(), "");
        for (int i = 0; i < all.size(); i++) {
            labels.put(all.key(i), all.json(i).at("/caption/0").asText());
        }
        return labels;
    }

    @Test
    void each_style_takes_its_own_variants_of_a_package() {
        assertEquals(
                Map.of(
                        "acorn_outline", "acorn, black outline icon style",
                        "acorn_solid", "acorn, solid black icon style"),
                labels(List.of(IconStyle.OUTLINE, IconStyle.SOLID), "acorn", "acorn-fill", "acorn-thin"));
    }

    @Test
    void signs_of_interfaces_and_brands_are_left_out_and_numbers_are_not_said() {
        assertEquals(
                Map.of("air_balloon_two_two_colour", "air balloon, blue and black icon style"),
                labels(List.of(IconStyle.TWO_COLOUR), "air-balloon-two", "align-left", "text-bold-one", "github-logo"));
    }

    @Test
    void of_one_icon_in_several_sizes_the_largest_is_drawn() {
        var options = new IconsBuilder.Options(
                folder.resolve("set"),
                32,
                List.of(IconStyle.FLUENT_COLOUR),
                1,
                packages("book-16", "book-48", "book-20"));
        assertEquals(1, IconsBuilder.build(options, p -> {}).samples());
        byte[] picture =
                ShardSet.open(folder.resolve("set"), "").get(0).images().getFirst();
        int box = stipple.data.quality.PictureChecks.extent(stipple.data.pixels.PixelReader.read(picture, "book"))
                .orElseThrow()
                .width();
        assertTrue(box > 2 * 5, "the second of the icons, which is 6 of 16 units wide: " + box);
    }

    @Test
    void what_is_an_emoji_has_its_chinese_name_and_the_card_says_how_many_have_none() throws IOException {
        labels(List.of(IconStyle.OUTLINE), "acorn", "red-heart");
        ShardSet set = ShardSet.open(folder.resolve("set"), "");
        JsonNode heart = set.json(set.key(0).startsWith("red") ? 0 : 1);
        assertEquals("红心，黑色线条图标", heart.at("/caption_zh/0").asText());
        assertTrue(heart.at("/caption_long/1").asText().contains("Keywords: love."), heart.toString());
        assertFalse(set.json(set.key(0).startsWith("red") ? 1 : 0).has("caption_zh"));
        String card = Files.readString(folder.resolve("set/CARD.md"));
        assertTrue(card.contains("| caption_zh | 3 | 1 | 1 |"), card);
        assertTrue(card.contains("| @iconify-json/ph@1.2.2 | 1 | 2 |"), card);
    }

    @Test
    void the_permissive_tier_holds_only_what_the_shipped_model_may_be_trained_on() {
        assertTrue(IconTier.ICONS_P.styles().stream()
                .allMatch(style -> TrainingLicences.allows(style.source().licence())));
        assertFalse(IconTier.ICONS_P.styles().contains(IconStyle.SILHOUETTE));
        assertEquals(IconStyle.values().length, IconTier.ofId("ICONS").styles().size());
    }
}
