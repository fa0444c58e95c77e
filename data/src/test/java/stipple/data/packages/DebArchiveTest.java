package stipple.data.packages;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.DataException;
import stipple.data.emoji.FakePackages;

class DebArchiveTest {
    private static final DebPackage THING = new DebPackage("thing", "1:2.0-1", "MIT", "me");

    @TempDir
    Path folder;

    private Path deb() {
        return FakeDeb.write(
                folder.resolve("a.deb"),
                Map.of("usr/file.svg", FakePackages.utf8("picture"), "usr/other.txt", FakePackages.utf8("text")));
    }

    @Test
    void chosen_files_are_read_and_links_are_not() {
        Map<String, byte[]> files = DebArchive.read(deb(), path -> path.endsWith(".svg"));
        assertEquals(Set.of("usr/file.svg"), files.keySet());
        assertArrayEquals(FakePackages.utf8("picture"), files.get("usr/file.svg"));
    }

    @Test
    void a_file_that_is_cut_off_or_no_package_is_refused() throws IOException {
        byte[] whole = Files.readAllBytes(deb());
        Path cut = Files.write(folder.resolve("cut.deb"), Arrays.copyOf(whole, whole.length - 40));
        assertThrows(DataException.class, () -> DebArchive.read(cut, path -> true));
        Path text = Files.writeString(folder.resolve("text.deb"), "no archive at all");
        assertThrows(DataException.class, () -> DebArchive.verify(text));
        Path old = folder.resolve("old.deb");
        try (OutputStream out = Files.newOutputStream(old);
                ArArchiveOutputStream ar = new ArArchiveOutputStream(out)) {
            FakeDeb.member(ar, "data.tar.zst", new byte[9]);
        }
        String message =
                assertThrows(DataException.class, () -> DebArchive.verify(old)).getMessage();
        assertTrue(message.contains("data.tar.xz"), message);
    }

    @Test
    void a_package_in_the_cache_is_taken_without_apt() throws IOException {
        assertEquals("thing_1%3a2.0-1_all.deb", THING.fileName());
        Files.move(deb(), folder.resolve(THING.fileName()));
        assertEquals(folder.resolve(THING.fileName()), new AptPackageSource(folder).fetch(THING));
    }

    @Test
    void without_apt_the_message_says_which_file_to_put_where() {
        CachedDownload download = new CachedDownload(
                folder.resolve("cache"), THING.fileName(), "apt-get download thing", List.of("no-such-apt"));
        String message = assertThrows(DataException.class, () -> download.fetch(DebArchive::verify))
                .getMessage();
        assertTrue(message.contains("install apt-get, or put thing_1%3a2.0-1_all.deb into"), message);
    }
}
