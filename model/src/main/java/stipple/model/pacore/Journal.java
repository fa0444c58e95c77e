package stipple.model.pacore;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stipple.model.files.JsonJournal;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * Answers on disk, a line of JSON each, so that work which was interrupted goes on where it stopped. A round that was closed
 * stays as it is: answers that failed in it are not asked for again, or the next round would be another question.
 */
final class Journal {
    private final JsonJournal file;
    private final Map<String, Trajectory> answers = new HashMap<>();
    private final Set<Integer> closed = new HashSet<>();

    /**
     * Opens or begins a journal.
     *
     * @param key of the question and all settings
     * @throws UserException if the file belongs to another key, is malformed or cannot be written
     */
    Journal(Path path, String key) {
        file = JsonJournal.open(path);
        List<? extends JsonNode> lines = file.lines();
        if (lines.isEmpty()) {
            file.add(JsonObjectFile.newObject().put("pacore", 1).put("key", key));
        } else if (!lines.getFirst().path("key").asText().equals(key)) {
            throw new UserException("The journal " + path + " belongs to another question or other settings; give"
                    + " another file, or remove it to begin again");
        } else {
            lines.subList(1, lines.size()).forEach(this::take);
        }
    }

    private void take(JsonNode json) {
        if (json.has("closed")) {
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
        file.add(JsonObjectFile.newObject()
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
            file.add(JsonObjectFile.newObject().put("closed", round));
        }
    }
}
