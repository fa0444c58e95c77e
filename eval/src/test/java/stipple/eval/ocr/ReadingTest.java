package stipple.eval.ocr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.data.pixels.Pixels;
import stipple.eval.onnx.OnnxNetwork;
import stipple.torch.UserException;

class ReadingTest {
    @TempDir
    Path dir;

    private static ReadText text(String text, int left, int top, int right, int bottom) {
        return new ReadText(text, 1, new TextBox(left, top, right, bottom));
    }

    @Test
    void a_text_is_right_whatever_its_case_spaces_and_accents_and_each_wrong_letter_costs() {
        assertTrue(TextMatch.of("Hello World", List.of(text("HELLO", 0, 0, 1, 1), text("wörld!", 0, 1, 1, 2)))
                .isRight());
        TextMatch one = TextMatch.of("apple", List.of(text("aple", 0, 0, 1, 1)));
        assertFalse(one.isRight());
        assertEquals(1, one.distance());
        assertEquals(0.8, one.score(), 1e-9);
        assertEquals(0, TextMatch.of("apple", List.of()).score());
        // More text than asked for is wrong as well.
        assertEquals(
                0.5, TextMatch.of("cat", List.of(text("catdog", 0, 0, 1, 1))).score(), 1e-9);
    }

    @Test
    void lines_are_read_from_top_to_bottom_and_from_left_to_right_where_they_stand_side_by_side() {
        List<ReadText> mixed = List.of(
                text("d", 0, 50, 90, 70), text("b", 50, 8, 90, 28), text("a", 0, 10, 40, 30), text("c", 0, 30, 90, 48));
        assertEquals(
                List.of("a", "b", "c", "d"),
                TextBox.ordered(mixed).stream().map(ReadText::text).toList());
    }

    @Test
    void likely_pixels_that_touch_are_a_line_and_specks_are_none() {
        int width = 64;
        float[] map = new float[width * 32];
        for (int y = 10; y < 16; y++) {
            for (int x = 8; x < 40; x++) {
                map[y * width + x] = 0.9f;
            }
        }
        map[28 * width + 60] = 0.9f;
        for (int x = 0; x < 20; x++) {
            map[24 * width + x] = 0.35f; // likely enough to be joined, not to be a line
        }
        List<TextBox> boxes = LineDetector.boxes(map, width, 32);
        assertEquals(1, boxes.size());
        TextBox box = boxes.getFirst();
        assertTrue(box.left() < 8 && box.right() > 40 && box.top() < 10 && box.bottom() > 16, box.toString());
        assertTrue(box.left() >= 0 && box.bottom() <= 32, box.toString());
    }

    @Test
    void equal_columns_are_one_character_unless_a_gap_stands_between() {
        // Characters: 1 = "a", 2 = "b", 3 = blank behind the last key.
        int[] best = {0, 1, 1, 0, 1, 2, 2, 3, 0};
        float[] columns = new float[best.length * 4];
        for (int i = 0; i < best.length; i++) {
            columns[i * 4 + best[i]] = 0.9f;
        }
        ReadText read = LineRecogniser.decoded(
                new OnnxNetwork.Floats(columns, 1, best.length, 4), List.of("a", "b", " "), new TextBox(0, 0, 1, 1));
        assertEquals("aab ", read.text());
        assertEquals(0.9, read.confidence(), 1e-6);
    }

    @Test
    void a_second_opinion_comes_from_a_program_and_one_that_is_missing_is_refused_with_what_to_install()
            throws IOException {
        Path program = Files.writeString(
                dir.resolve("fake"),
                "#!/bin/sh\nif [ \"$1\" = --version ]; then exit 0; fi\n[ -s \"$1\" ] && printf 'HELLO\\n\\nworld\\n'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Tesseract reader = new Tesseract(program.toString())) {
            List<ReadText> lines = reader.read(Pixels.filled(20, 10, 200));
            assertEquals(
                    List.of("HELLO", "world"),
                    lines.stream().map(ReadText::text).toList());
            assertEquals(1, new OcrScorer(reader).score(Pixels.filled(8, 8, 0), "hello world"));
        }
        String missing = dir.resolve("missing").toString();
        UserException refused = assertThrows(UserException.class, () -> new Tesseract(missing));
        assertTrue(refused.getMessage().contains("tesseract-ocr"), refused.getMessage());
    }

    @Test
    void a_folder_without_a_reader_is_refused_with_the_command_that_makes_one() {
        UserException refused = assertThrows(UserException.class, () -> PpOcr.load(dir));
        assertTrue(refused.getMessage().contains("stipple data build ocr"), refused.getMessage());
    }
}
