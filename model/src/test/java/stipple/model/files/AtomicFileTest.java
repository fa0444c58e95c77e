package stipple.model.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.torch.UserException;

class AtomicFileTest {
    @TempDir
    Path dir;

    @Test
    void a_file_and_its_folders_are_created() throws IOException {
        Path file = dir.resolve("a/b/c.txt");
        AtomicFile.write(file, new byte[] {1, 2});
        AtomicFile.write(file, new byte[] {3});
        assertEquals(3, Files.readAllBytes(file)[0]);
        assertEquals(List.of(file), list(file.getParent()));
    }

    @Test
    void a_disk_that_fills_up_gives_one_line_and_leaves_the_old_file_alone() throws IOException {
        Path file = dir.resolve("x.bin");
        AtomicFile.write(file, new byte[] {7});
        UserException error = assertThrows(
                UserException.class,
                () -> AtomicFile.write(file, channel -> {
                    AtomicFile.writeFully(channel, ByteBuffer.wrap(new byte[100]));
                    throw new IOException("No space left on device");
                }));
        assertEquals("Cannot write " + file + ": No space left on device; nothing was left behind", error.getMessage());
        assertEquals(List.of(file), list(dir));
        assertEquals(7, Files.readAllBytes(file)[0]);
    }

    @Test
    void a_path_through_a_file_is_refused() {
        Path parent = dir.resolve("file");
        AtomicFile.write(parent, new byte[] {1});
        UserException error =
                assertThrows(UserException.class, () -> AtomicFile.write(parent.resolve("x"), new byte[] {1}));
        assertTrue(error.getMessage().startsWith("Cannot write " + parent.resolve("x")), error.getMessage());
    }

    @Test
    void a_directory_is_not_replaced() {
        assertThrows(UserException.class, () -> AtomicFile.write(dir, new byte[] {1}));
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
