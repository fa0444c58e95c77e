package stipple.model.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stipple.torch.UserException;

/**
 * Lines of JSON in a file that only grows, so that work which was interrupted goes on where it stopped. A line is on disk when
 * {@link #add} returns; what was cut off in the middle of a line was never known to anybody and is dropped.
 */
public final class JsonJournal {
    private final Path file;
    private final List<ObjectNode> lines;

    private JsonJournal(Path file, List<ObjectNode> lines) {
        this.file = file;
        this.lines = List.copyOf(lines);
    }

    /**
     * Opens or begins a journal.
     *
     * @throws UserException if a line is malformed, or the file cannot be read or written
     */
    public static JsonJournal open(Path file) {
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                return new JsonJournal(file, List.of());
            }
            byte[] bytes = Files.readAllBytes(file);
            List<ObjectNode> lines = new ArrayList<>();
            int from = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    lines.add(parse(file, lines.size() + 1, bytes, from, i));
                    from = i + 1;
                }
            }
            if (from < bytes.length) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(from);
                }
            }
            return new JsonJournal(file, lines);
        } catch (IOException failure) {
            throw new UserException("Cannot keep the journal " + file + ": " + AtomicFile.reason(failure), failure);
        }
    }

    private static ObjectNode parse(Path file, int number, byte[] bytes, int from, int to) {
        byte[] line = Arrays.copyOfRange(bytes, from, to);
        try {
            return JsonObjectFile.parse("line " + number, line).node();
        } catch (UserException malformed) {
            throw new UserException(
                    "The journal " + file + " is malformed in line " + number + "; remove it to begin again",
                    malformed);
        }
    }

    /** The lines that were there when the journal was opened. */
    public List<ObjectNode> lines() {
        return lines;
    }

    /** Adds a line. */
    public synchronized void add(ObjectNode line) {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            AtomicFile.writeFully(channel, StandardCharsets.UTF_8.encode(line + "\n"));
            channel.force(false);
        } catch (IOException failure) {
            throw new UserException("Cannot write the journal " + file + ": " + AtomicFile.reason(failure), failure);
        }
    }
}
