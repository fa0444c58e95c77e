package stipple.model.pacore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * Answers on disk, a line of JSON each, so that work which was interrupted goes on where it stopped. A round that was closed
 * stays as it is: answers that failed in it are not asked for again, or the next round would be another question.
 */
final class Journal implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final FileChannel channel;
    private final Map<String, Trajectory> answers = new HashMap<>();
    private final Set<Integer> closed = new HashSet<>();

    /**
     * Opens or begins a journal.
     *
     * @param key of the question and all settings
     * @throws UserException if the file belongs to another key, is malformed or cannot be written
     */
    Journal(Path file, String key) {
        this.file = file;
        try {
            long whole = Files.exists(file) ? read(key) : 0;
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            // What was cut off in the middle of a line was never known to anybody.
            channel.truncate(whole);
            channel.position(whole);
            if (whole == 0) {
                append(JSON.createObjectNode().put("pacore", 1).put("key", key));
            }
        } catch (IOException e) {
            throw new UserException("Cannot keep the journal " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Reads whole lines and returns where they end. */
    private long read(String key) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int from = 0;
        int number = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                number++;
                take(new String(bytes, from, i - from, StandardCharsets.UTF_8), number, key);
                from = i + 1;
            }
        }
        return from;
    }

    private void take(String line, int number, String key) {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UserException(
                    "The journal " + file + " is malformed in line " + number + "; remove it to begin" + " again", e);
        }
        if (number == 1) {
            if (!json.path("key").asText().equals(key)) {
                throw new UserException("The journal " + file + " belongs to another question or other settings; give"
                        + " another file, or remove it to begin again");
            }
        } else if (json.has("closed")) {
            closed.add(json.get("closed").intValue());
        } else {
            answers.put(
                    id(json.path("round").intValue(), json.path("index").intValue()),
                    new Trajectory(
                            json.path("text").asText(),
                            json.path("prompt_tokens").longValue(),
                            json.path("tokens").longValue(),
                            json.path("cut").booleanValue()));
        }
    }

    private static String id(int round, int index) {
        return round + "." + index;
    }

    /** An answer that is known, or null. */
    synchronized Trajectory answer(int round, int index) {
        return answers.get(id(round, index));
    }

    /** Whether a round was closed. */
    synchronized boolean closed(int round) {
        return closed.contains(round);
    }

    /** Keeps an answer. */
    synchronized void put(int round, int index, Trajectory answer) {
        answers.put(id(round, index), answer);
        write(JSON.createObjectNode()
                .put("round", round)
                .put("index", index)
                .put("prompt_tokens", answer.promptTokens())
                .put("tokens", answer.tokens())
                .put("cut", answer.cut())
                .put("text", answer.text()));
    }

    /** Closes a round. */
    synchronized void close(int round) {
        if (closed.add(round)) {
            write(JSON.createObjectNode().put("closed", round));
        }
    }

    private void write(ObjectNode line) {
        try {
            append(line);
        } catch (IOException e) {
            throw new UserException("Cannot write the journal " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    private void append(ObjectNode line) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UserException("Cannot close the journal " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
