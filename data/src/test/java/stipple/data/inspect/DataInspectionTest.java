package stipple.data.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static stipple.data.source.PictureFixtures.png;
import static stipple.data.source.PictureFixtures.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.SampleSource;
import stipple.data.pixels.PixelSize;
import stipple.data.source.DataSets;

class DataInspectionTest {
    @TempDir
    Path folder;

    private SampleSource source() throws IOException {
        for (int i = 0; i < 4; i++) {
            write(folder.resolve("p" + i + ".png"), png(i < 3 ? 10 : 30, 10, 50 * i));
            write(folder.resolve("p" + i + ".txt"), "word ".repeat(i + 1).strip());
        }
        write(folder.resolve("x.png"), new byte[] {1, 2, 3});
        write(folder.resolve("x.txt"), "broken");
        return DataSets.open(folder, "");
    }

    @Test
    void counts_lengths_sizes_and_shapes_are_reported_and_broken_pictures_counted() throws IOException {
        DataInspection report =
                DataInspection.of(source(), new DataInspection.Options(0, text -> text.split(" ").length, 10));
        assertEquals(5, report.samples());
        assertEquals(4, report.usable());
        assertEquals(4, report.pictures());
        assertEquals(Map.of("caption", 4), report.captions());
        assertEquals(new Spread(4, 4, 9, 19, 19, 11.5), report.captionCharacters());
        assertEquals(new Spread(4, 1, 2, 4, 4, 2.5), report.captionTokens().orElseThrow());
        assertEquals(Map.of(new PixelSize(10, 10), 3, new PixelSize(30, 10), 1), report.sizes());
        assertEquals(Map.of("square", 3, "above 3:1", 1), report.aspects());
        assertEquals(1, report.skips().count("picture that cannot be decoded"));
        assertEquals(4 * 96, report.sheet().orElseThrow().width());
        assertTrue(String.join("\n", report.lines()).contains("1  picture that cannot be decoded"), report::name);
    }

    @Test
    void a_limit_reads_samples_spread_over_the_whole_set() throws IOException {
        DataInspection report = DataInspection.of(source(), new DataInspection.Options(2, null, 0));
        assertEquals(2, report.samples());
        assertEquals(List.of(), report.sheet().stream().toList());
        assertTrue(report.captionTokens().isEmpty());
    }

    @Test
    void long_and_chinese_captions_are_counted_by_their_keys_and_other_members_are_not() throws IOException {
        Path lines = folder.resolve("set.jsonl");
        Files.writeString(lines, """
                {"text":"a page"}
                {"text":"a page","caption":["a","b"],"caption_long":{"x":"a long one"},"caption_zh":"猫","captioned":"no"}
                """);
        DataInspection report = DataInspection.of(DataSets.open(lines, ""), DataInspection.Options.DEFAULT);
        assertEquals(Map.of("text", 2, "caption", 2, "caption_long", 1, "caption_zh", 1), report.captions());
        assertTrue(String.join("\n", report.lines()).contains("captions   2 as caption (1.0 a sample)"), report::name);
    }
}
