package stipple.eval.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;

class RunFolderTest {
    private static final PixelImage BLACK = new PixelImage(2, 2, new byte[12]);
    private static final PixelImage GREY = new PixelImage(2, 2, new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});

    @TempDir
    Path dir;

    private RunFolder open() {
        return RunFolder.open(dir.resolve("run"), Map.of("model_hash", "1"));
    }

    @Test
    void a_picture_counts_for_its_own_prompt_seed_and_input_only() {
        PictureOrder order = new PictureOrder("a", "a red star", 1).editing(BLACK);
        open().write(order, GREY);
        RunFolder again = open();
        assertTrue(again.has(order));
        assertFalse(again.isStale(order));
        for (PictureOrder other : List.of(
                new PictureOrder("a", "a blue star", 1).editing(BLACK),
                new PictureOrder("a", "a red star", 1).editing(GREY),
                new PictureOrder("a", "a red star", 1),
                new PictureOrder("a", "a red star", 2, order.file(), BLACK))) {
            assertFalse(again.has(other), other.toString());
            assertTrue(again.isStale(other), other.toString());
        }
    }

    @Test
    void a_picture_of_unknown_origin_is_stale_and_one_that_is_missing_is_not() throws IOException {
        PictureOrder order = new PictureOrder("a", "a red star", 1);
        assertFalse(open().isStale(order));
        open().write(order, GREY);
        Files.delete(dir.resolve("run").resolve(RunFolder.ORDERS));
        assertTrue(open().isStale(order));
        open().write(order, GREY);
        assertTrue(open().has(order));
        Files.delete(open().picture(order));
        assertFalse(open().has(order));
    }

    @Test
    void a_line_that_was_cut_off_is_dropped_and_a_damaged_one_is_refused() throws IOException {
        PictureOrder order = new PictureOrder("a", "a red star", 1);
        open().write(order, GREY);
        Path journal = dir.resolve("run").resolve(RunFolder.ORDERS);
        Files.writeString(journal, "{\"file\":\"pic", StandardOpenOption.APPEND);
        assertTrue(open().has(order));
        PictureOrder other = new PictureOrder("b", "a blue star", 1);
        open().write(other, GREY);
        assertTrue(open().has(order) && open().has(other));
        Files.writeString(journal, "nonsense\n", StandardOpenOption.APPEND);
        String message = assertThrows(UserException.class, this::open).getMessage();
        assertTrue(message.contains("malformed in line 3"), message);
    }

    @Test
    void a_file_made_of_others_is_made_again_when_one_of_them_changes() throws IOException {
        List<PictureOrder> parts = List.of(new PictureOrder("a", "star", 1), new PictureOrder("a", "star", 2));
        RunFolder folder = open();
        assertFalse(folder.has("images/a.png", parts));
        Files.createDirectories(folder.path().resolve("images"));
        Files.write(folder.path().resolve("images/a.png"), new byte[] {1});
        folder.wrote("images/a.png", parts);
        assertTrue(open().has("images/a.png", parts));
        assertFalse(open().has("images/a.png", List.of(parts.getFirst(), new PictureOrder("a", "cup", 2))));
    }
}
