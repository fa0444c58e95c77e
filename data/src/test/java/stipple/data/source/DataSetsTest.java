package stipple.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static stipple.data.source.PictureFixtures.png;
import static stipple.data.source.PictureFixtures.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.SampleSource;
import stipple.data.shards.ImageMember;
import stipple.data.shards.ShardSet;
import stipple.data.shards.TarShardWriter;

class DataSetsTest {
    @TempDir
    Path folder;

    private static List<String> keys(SampleSource source) {
        return IntStream.range(0, source.size()).mapToObj(source::key).toList();
    }

    @Test
    void a_folder_of_pictures_is_read_with_subfolders_in_the_order_of_paths() throws IOException {
        write(folder.resolve("b/two.PNG"), png(4, 2, 10));
        write(folder.resolve("b/two.txt"), "  a second \n\n another wording\n");
        write(folder.resolve("a.jpg"), new byte[] {1});
        write(folder.resolve("a.txt"), "a first");
        SampleSource source = DataSets.open(folder, "");
        assertEquals(List.of("a", "b/two"), keys(source));
        assertEquals(
                "[\"a second\",\"another wording\"]",
                source.json(1).path("caption").toString());
        assertArrayEquals(png(4, 2, 10), source.get(1).images().getFirst());
        assertEquals(0, source.skips().skipped());
    }

    @Test
    void a_picture_without_a_caption_is_counted_and_skipped() throws IOException {
        write(folder.resolve("a.png"), png(2, 2, 0));
        write(folder.resolve("a.txt"), "a");
        write(folder.resolve("lost.png"), png(2, 2, 0));
        write(folder.resolve("notes.txt"), "no picture");
        SampleSource source = DataSets.open(folder, "");
        assertEquals(List.of("a"), keys(source));
        assertEquals(1, source.skips().count("picture without a .txt caption"));
        assertTrue(source.skips().summary().contains("lost.png"), source.skips().summary());
    }

    @Test
    void a_blank_or_binary_caption_costs_only_its_own_sample() throws IOException {
        write(folder.resolve("a.png"), png(2, 2, 0));
        write(folder.resolve("a.txt"), "\n \n");
        write(folder.resolve("b.png"), png(2, 2, 0));
        write(folder.resolve("b.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        write(folder.resolve("c.png"), png(2, 2, 0));
        write(folder.resolve("c.txt"), "good");
        SampleSource source = DataSets.open(folder, "");
        assertThrows(DataException.class, () -> source.get(0));
        assertThrows(DataException.class, () -> source.get(1));
        assertEquals("good", source.get(2).json().at("/caption/0").asText());
    }

    @Test
    void lines_that_are_no_json_or_lack_their_picture_are_counted_and_skipped() throws IOException {
        write(folder.resolve("img/a.png"), png(2, 2, 0));
        Path file = write(folder.resolve("set.jsonl"), """
                {"image": "img/a.png", "caption": "one", "metadata": {"score": 3}}
                {"image": "img/a.png", "caption":

                {"image": "img/none.png", "caption": "two"}
                {"images": ["img/a.png", "img/a.png"], "caption": ["x", "y"]}
                [1]
                {"image": "img/a.png"}
                {"image": 7, "caption": "three"}
                {"text": "only words ä"}
                {"file_name": "img/a.png", "caption": {"long": "l", "short": "s"}}""");
        SampleSource source = DataSets.open(file, "");
        assertEquals(List.of("1", "5", "9", "10"), keys(source));
        assertEquals(2, source.get(1).images().size());
        assertEquals(0, source.get(2).images().size());
        assertEquals("only words ä", source.json(2).path("text").asText());
        assertEquals("l", source.json(3).at("/caption/long").asText());
        assertEquals(3, source.json(0).at("/metadata/score").asInt());
        assertEquals(5, source.skips().skipped());
        assertEquals(1, source.skips().count("line that is no JSON"));
        assertEquals(1, source.skips().count("line whose picture is missing"));
        assertEquals(1, source.skips().count("line without caption or text"));
    }

    @Test
    void a_set_without_any_usable_sample_is_refused_with_what_was_left_out() throws IOException {
        write(folder.resolve("lost.png"), png(2, 2, 0));
        DataException e = assertThrows(DataException.class, () -> DataSets.open(folder, ""));
        assertTrue(e.getMessage().contains("lost.png"), e.getMessage());
        Path empty = write(folder.resolve("x.jsonl"), "\n{]\n");
        e = assertThrows(DataException.class, () -> DataSets.open(empty, ""));
        assertTrue(e.getMessage().contains("line 2"), e.getMessage());
        Path other = write(folder.resolve("x.csv"), "a,b");
        assertThrows(DataException.class, () -> DataSets.open(other, ""));
        assertThrows(DataException.class, () -> DataSets.open(folder.resolve("nowhere"), ""));
    }

    @Test
    void shards_in_subfolders_with_the_names_of_the_reference_builder_are_found() throws IOException {
        Path sub = Files.createDirectories(folder.resolve("part"));
        try (TarShardWriter writer = new TarShardWriter(sub, "idx_0000", 10)) {
            writer.add(
                    "0123456789abcdef0123456789abcdef",
                    "{\"caption\": \"c\"}",
                    List.of(new ImageMember("png", png(2, 2, 0))));
            writer.finishAll();
        }
        Files.move(sub.resolve("idx_0000-0000.tar"), sub.resolve("idx_0000_0000.tar"));
        SampleSource source = DataSets.open(folder, "");
        assertInstanceOf(ShardSet.class, source);
        assertEquals(List.of("0123456789abcdef0123456789abcdef"), keys(source));
    }
}
