package stipple.data.shards;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.Sample;

class ShardSetTest {
    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<ShardInfo> write(Path to, int samples, int perShard) {
        try (TarShardWriter writer = new TarShardWriter(to, "train", perShard)) {
            for (int i = 0; i < samples; i++) {
                List<ImageMember> images = new ArrayList<>();
                for (int k = 0; k <= i % 3; k++) {
                    images.add(new ImageMember("png", bytes("image " + i + "/" + k + "x".repeat(i * 100))));
                }
                writer.add("key" + i, "{\"caption\": [\"sample " + i + "\"]}", images);
            }
            return writer.finishAll();
        }
    }

    /** A tar made by another program's rules, members in the given order with their name as content. */
    private Path foreign(String... names) throws IOException {
        Path file = folder.resolve("foreign.tar");
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (String name : names) {
                byte[] content = bytes(name.endsWith(".json") ? "{\"name\":\"" + name + "\"}" : name);
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    @Test
    void what_is_written_is_read_back_by_random_access_across_shards() {
        List<ShardInfo> shards = write(folder, 11, 4);
        assertEquals(
                List.of("train-0000.tar", "train-0001.tar", "train-0002.tar"),
                shards.stream().map(ShardInfo::file).toList());
        assertEquals(List.of(4, 4, 3), shards.stream().map(ShardInfo::samples).toList());
        ShardSet set = ShardSet.open(folder, "train");
        assertEquals(11, set.size());
        for (int i : new int[] {10, 0, 4, 3, 7}) {
            Sample sample = set.get(i);
            assertEquals("key" + i, sample.key());
            assertEquals("sample " + i, sample.json().at("/caption/0").asText());
            assertEquals(sample.json(), set.json(i));
            assertEquals(i % 3 + 1, sample.images().size());
            assertArrayEquals(
                    bytes("image " + i + "/" + i % 3 + "x".repeat(i * 100)),
                    sample.images().getLast());
        }
        assertThrows(IndexOutOfBoundsException.class, () -> set.get(11));
    }

    @Test
    void the_same_samples_give_the_same_bytes_and_checksums() throws IOException {
        Path again = Files.createDirectory(folder.resolve("again"));
        List<ShardInfo> first = write(folder, 5, 10);
        assertEquals(first, write(again, 5, 10));
        byte[] tar = Files.readAllBytes(folder.resolve("train-0000.tar"));
        assertArrayEquals(tar, Files.readAllBytes(again.resolve("train-0000.tar")));
        Adler32 adler = new Adler32();
        adler.update(tar);
        assertEquals(String.format("%08x", adler.getValue()), first.get(0).adler32());
        assertEquals(tar.length, first.get(0).bytes());
    }

    @Test
    void another_program_reads_the_shard_as_plain_ustar_without_times_and_owners() throws IOException {
        write(folder, 2, 10);
        List<String> names = new ArrayList<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(Files.newInputStream(folder.resolve("train-0000.tar")))) {
            for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
                names.add(e.getName());
                assertTrue(e.isFile());
                assertEquals(0, e.getLastModifiedTime().toMillis());
                assertEquals(0, e.getLongUserId());
            }
        }
        assertEquals(List.of("key0.json", "key0-0.png", "key1.json", "key1-0.png", "key1-1.png"), names);
    }

    @Test
    void consecutive_members_form_a_sample_and_images_are_ordered_by_number() throws IOException {
        Path tar = foreign("a-10.jpg", "a-2.png", "a.json", "b-0.webp", "b.json", "a.json");
        ShardSet set = ShardSet.open(tar, "");
        assertEquals(3, set.size());
        assertEquals(
                List.of("a", "b", "a_1"),
                IntStream.range(0, 3).mapToObj(set::key).toList());
        assertEquals(
                List.of("a-2.png", "a-10.jpg"),
                set.get(0).images().stream()
                        .map(b -> new String(b, StandardCharsets.UTF_8))
                        .toList());
        assertTrue(set.get(2).images().isEmpty());
    }

    @Test
    void a_truncated_tar_is_refused_with_file_and_offset() throws IOException {
        write(folder, 3, 10);
        Path tar = folder.resolve("train-0000.tar");
        byte[] whole = Files.readAllBytes(tar);
        Files.write(tar, Arrays.copyOf(whole, 512 + 512 + 100));
        DataException cut = assertThrows(DataException.class, () -> ShardSet.open(folder, "train"));
        assertTrue(cut.getMessage().contains("train-0000.tar: at byte 1024"), cut.getMessage());
        // Cut between two members nothing is torn, but the closing blocks are missing.
        Files.write(tar, Arrays.copyOf(whole, 1024));
        cut = assertThrows(DataException.class, () -> ShardSet.open(folder, "train"));
        assertTrue(cut.getMessage().contains("truncated"), cut.getMessage());
    }

    @Test
    void a_damaged_header_is_refused_with_file_and_offset() throws IOException {
        write(folder, 3, 10);
        Path tar = folder.resolve("train-0000.tar");
        byte[] whole = Files.readAllBytes(tar);
        whole[1024 + 3] ^= 1;
        Files.write(tar, whole);
        DataException e = assertThrows(DataException.class, () -> ShardSet.open(folder, "train"));
        assertTrue(e.getMessage().contains("train-0000.tar: at byte 1024"), e.getMessage());
        assertTrue(e.getMessage().contains("checksum"), e.getMessage());
    }

    @Test
    void members_that_the_format_does_not_know_are_ignored_with_a_count() throws IOException {
        Path tar = foreign(
                "a.json",
                "a.txt",
                "a-0.png",
                "a.npy",
                "x.y.json",
                "noextension",
                "k".repeat(120) + ".json",
                "b.json",
                "b-0.jpg");
        ShardSet set = ShardSet.open(tar, "");
        assertEquals(List.of("a", "b"), IntStream.range(0, 2).mapToObj(set::key).toList());
        assertEquals(1, set.get(0).images().size());
        assertEquals(0, set.skips().skipped());
        assertEquals(1, set.skips().count("tar member that is neither json nor a picture (.txt)"));
        assertEquals(1, set.skips().count("tar member that is neither json nor a picture (.npy)"));
        assertEquals(2, set.skips().count("tar member whose name does not have exactly one dot"));
        assertEquals(1, set.skips().count("tar member with a name beyond plain ustar"));
    }

    @Test
    void a_sample_without_json_is_skipped_and_a_tar_without_samples_refused() throws IOException {
        ShardSet set = ShardSet.open(foreign("a-0.png", "b.json"), "");
        assertEquals(1, set.size());
        assertEquals("b", set.key(0));
        assertEquals(1, set.skips().count("sample without a JSON member"));
        for (String name : List.of("a.b.json", "noextension", "a.txt", "a-0.png", "k".repeat(120) + ".json")) {
            Path tar = foreign(name);
            DataException e = assertThrows(DataException.class, () -> ShardSet.open(tar, ""), name);
            assertTrue(e.getMessage().contains("no sample"), e.getMessage());
        }
    }

    @Test
    void a_key_that_repeats_at_once_begins_a_new_sample() throws IOException {
        ShardSet set = ShardSet.open(foreign("a.json", "a-0.png", "a.json", "a-0.png", "a-1.png"), "");
        assertEquals(
                List.of("a", "a_1"), IntStream.range(0, 2).mapToObj(set::key).toList());
        assertEquals(1, set.get(0).images().size());
        assertEquals(2, set.get(1).images().size());
    }

    @Test
    void json_that_does_not_parse_is_refused_with_key_and_file() throws IOException {
        try (TarShardWriter writer = new TarShardWriter(folder, "train", 10)) {
            writer.add("bad", "{\"caption\": ", List.of());
            assertEquals(1, writer.finishAll().size());
        }
        ShardSet set = ShardSet.open(folder, "train");
        DataException e = assertThrows(DataException.class, () -> set.get(0));
        assertTrue(e.getMessage().contains("'bad'") && e.getMessage().contains("train-0000.tar"), e.getMessage());
    }

    @Test
    void a_shard_that_changed_since_opening_is_refused() throws IOException {
        write(folder, 3, 10);
        ShardSet set = ShardSet.open(folder, "train");
        Path tar = folder.resolve("train-0000.tar");
        Files.write(tar, Arrays.copyOf(Files.readAllBytes(tar), 2048));
        DataException e = assertThrows(DataException.class, () -> set.get(0));
        assertTrue(e.getMessage().contains("changed"), e.getMessage());
    }

    @Test
    void a_family_that_is_not_there_is_refused_with_what_is() {
        write(folder, 1, 10);
        DataException e = assertThrows(DataException.class, () -> ShardSet.open(folder, "test"));
        assertTrue(e.getMessage().contains("train-0000.tar"), e.getMessage());
        assertThrows(DataException.class, () -> ShardSet.open(folder.resolve("nowhere"), "train"));
        assertThrows(DataException.class, () -> ShardSet.open(folder.resolve("train-0000.tar"), "train"));
    }

    @Test
    void keys_and_names_that_break_the_format_are_not_written() {
        try (TarShardWriter writer = new TarShardWriter(folder, "train", 10)) {
            for (String key : List.of("a.b", "a-0", "a/b", "a b", "")) {
                assertThrows(DataException.class, () -> writer.add(key, "{}", List.of()), key);
            }
            assertThrows(DataException.class, () -> writer.add("k".repeat(95), "{}", List.of()));
        }
    }

    @Test
    void an_unfinished_shard_leaves_no_file() throws IOException {
        try (TarShardWriter writer = new TarShardWriter(folder, "train", 10)) {
            writer.add("a", "{}", List.of());
            assertFalse(Files.exists(folder.resolve("train-0000.tar")));
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }
}
