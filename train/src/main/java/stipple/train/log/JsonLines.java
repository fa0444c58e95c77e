package stipple.train.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** Metrics as JSON lines. On resume, lines past the checkpoint are dropped: those steps are about to be done again. */
public final class JsonLines implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AppendFile file;

    /**
     * Opens a file.
     *
     * @param fromStep lines of later steps are dropped
     */
    public JsonLines(Path path, long fromStep) {
        if (Files.exists(path)) {
            StringBuilder kept = new StringBuilder();
            for (ObjectNode line : read(path)) {
                if (line.path("step").asLong(Long.MAX_VALUE) <= fromStep) {
                    kept.append(line).append('\n');
                }
            }
            AtomicFile.write(path, kept.toString().getBytes(StandardCharsets.UTF_8));
        }
        file = new AppendFile(path);
    }

    /** All whole lines of a file; the last line of a killed run may be torn. */
    public static List<ObjectNode> read(Path path) {
        List<ObjectNode> lines = new ArrayList<>();
        try {
            // A torn line may end inside a character, which a strict decoder would refuse.
            for (String line : new String(Files.readAllBytes(path), StandardCharsets.UTF_8).split("\n")) {
                JsonNode node = JSON.readTree(line);
                if (node instanceof ObjectNode object) {
                    lines.add(object);
                }
            }
        } catch (JsonProcessingException torn) {
            return lines;
        } catch (IOException e) {
            throw new UserException("Cannot read " + path + ": " + AtomicFile.reason(e), e);
        }
        return lines;
    }

    /** A line to fill. */
    public static ObjectNode line(long step) {
        return JSON.createObjectNode().put("step", step);
    }

    /**
     * Appends a line.
     *
     * @throws UserException if it could not be written yet; it is tried again with the next
     */
    public void write(ObjectNode line) {
        file.append((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        file.close();
    }
}
