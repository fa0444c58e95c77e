package stipple.train.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.torch.UserException;

class JsonLinesTest {
    @TempDir
    private Path temp;

    private List<Long> steps(Path file) {
        return JsonLines.read(file).stream()
                .map(line -> line.path("step").asLong())
                .toList();
    }

    @Test
    void linesOfLaterStepsAreDroppedAndNewOnesFollow() {
        Path file = temp.resolve("metrics.jsonl");
        try (JsonLines lines = new JsonLines(file, 0)) {
            for (int step = 1; step <= 5; step++) {
                lines.write(JsonLines.line(step).put("loss", 1.0 / step));
            }
        }
        try (JsonLines lines = new JsonLines(file, 3)) {
            lines.write(JsonLines.line(4).put("loss", 9));
        }
        assertEquals(List.of(1L, 2L, 3L, 4L), steps(file));
        assertEquals(9, JsonLines.read(file).getLast().path("loss").asDouble());
    }

    @Test
    void aTornLastLineIsNotRead() throws IOException {
        Path file = temp.resolve("torn.jsonl");
        Files.writeString(file, "{\"step\":1}\n{\"step\":2}\n{\"step\":3,\"lo");
        assertEquals(List.of(1L, 2L), steps(file));
    }

    @Test
    void aStepFromTheBeginningEmptiesTheFile() throws IOException {
        Path file = temp.resolve("afresh.jsonl");
        Files.writeString(file, "{\"step\":1}\n");
        new JsonLines(file, 0).close();
        assertEquals(0, Files.size(file));
    }

    @Test
    void whatCannotBeWrittenIsReported() throws IOException {
        Path full = Path.of("/dev/full");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(full));
        try (AppendFile file = new AppendFile(full)) {
            String message = assertThrows(UserException.class, () -> file.append(new byte[10]))
                    .getMessage();
            assertEquals("Cannot write /dev/full: No space left on device", message);
        }
        assertTrue(Files.exists(full));
    }
}
