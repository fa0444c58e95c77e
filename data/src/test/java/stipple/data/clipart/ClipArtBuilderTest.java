package stipple.data.clipart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static stipple.data.emoji.FakePackages.utf8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.build.SetReport;
import stipple.data.packages.FakeDeb;
import stipple.data.pixels.Pixels;
import stipple.data.pixels.PngEncoder;
import stipple.data.shards.ShardSet;

class ClipArtBuilderTest {
    @TempDir
    Path folder;

    private final Map<String, byte[]> files = new TreeMap<>();

    private static byte[] svg(String title, String licence, String body) {
        return utf8(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:rdf=\"r\" xmlns:dc=\"d\" xmlns:cc=\"c\" width=\"99\""
                        + " height=\"99\"><metadata><dc:title>" + title
                        + "</dc:title><rdf:li>bird</rdf:li><rdf:li>farm</rdf:li>"
                        + "<cc:license rdf:resource=\"http://web.resource.org/cc/" + licence + "\"/></metadata>" + body
                        + "</svg>");
    }

    private SetReport build(ClipArtTier tier) {
        files.put(tier.source().copyrightFile(), utf8("whose it is"));
        Path deb = FakeDeb.write(folder.resolve("a.deb"), files);
        return ClipArtBuilder.build(
                new ClipArtBuilder.Options(folder.resolve("set"), tier, 48, 2, wanted -> deb), p -> {});
    }

    private JsonNode only() {
        ShardSet set = ShardSet.open(folder.resolve("set"), "");
        assertEquals(1, set.size());
        return set.json(0);
    }

    @Test
    void titles_and_keywords_of_openclipart_become_captions_and_what_cannot_be_used_is_counted() throws IOException {
        String root = "usr/share/openclipart/svg/";
        String box = "<rect x=\"3\" y=\"3\" width=\"30\" height=\"9\"/>";
        files.put(root + "animals/birds/rooster_01.svg", svg("Rooster_Bird 01", "PublicDomain", box));
        files.put(root + "animals/gpl.svg", svg("cow", "GPL/2.0/", box));
        files.put(root + "animals/written.svg", svg("pig", "PublicDomain", box + "<text>oink</text>"));
        files.put(root + "animals/hash.svg", svg("HASH(0x8a41038)", "PublicDomain", box));
        files.put(root + "animals/empty.svg", svg("ghost", "PublicDomain", ""));
        files.put(root + "shapes/box.svg", svg("box", "PublicDomain", box));
        SetReport report = build(ClipArtTier.CLIPART);
        JsonNode json = only();
        assertEquals("rooster bird, clip-art style", json.at("/caption/0").asText());
        assertTrue(json.at("/caption_long/0").asText().contains("category animals, birds. Keywords: farm."));
        assertEquals("CC-PDDC", json.at("/metadata/license").asText());
        for (String reason : new String[] {
            "not marked as public domain", "text or a picture inside", "no usable title", "blank picture"
        }) {
            assertEquals(1, report.leftOut().count(reason), reason);
        }
        assertTrue(Files.exists(folder.resolve("set/licenses/CC-PDDC.txt")));
        assertEquals("whose it is", Files.readString(folder.resolve("set/licenses/openclipart-svg-copyright")));
    }

    @Test
    void a_stamp_has_its_english_and_chinese_sentence_and_counts_once_whatever_it_was_made_into() {
        String root = "usr/share/tuxpaint/stamps/";
        byte[] png = PngEncoder.encode(Pixels.filled(20, 10, 90));
        files.put(root + "animals/roo.png", png);
        files.put(root + "animals/roo_mirror.png", png);
        files.put(root + "animals/roo.txt", utf8("A red kangaroo.\nde.utf8=Ein Känguru\nzh_cn.utf8=一只袋鼠。\n"));
        files.put(root + "animals/mute.png", png);
        files.put(root + "symbols/a.png", png);
        files.put(root + "symbols/a.txt", utf8("A letter."));
        SetReport report = build(ClipArtTier.STAMPS);
        JsonNode json = only();
        assertEquals("a red kangaroo, cut-out picture", json.at("/caption/0").asText());
        assertEquals("一只袋鼠", json.at("/caption_zh/0").asText());
        assertEquals("GPL-2.0-only", json.at("/metadata/license").asText());
        assertEquals(1, report.leftOut().count("no sentence"));
        assertFalse(stipple.data.build.TrainingLicences.allows(
                ClipArtTier.STAMPS.source().licence()));
    }
}
