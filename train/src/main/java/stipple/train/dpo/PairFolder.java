package stipple.train.dpo;

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

/**
 * A folder of preference pairs: pictures and {@code pairs.jsonl}, one {@code {"prompt", "winner", "loser"}} a line, with
 * {@code "loser_prompt"} where the loser is compared under another prompt.
 */
public final class PairFolder {
    /** The list of the pairs. */
    public static final String FILE = "pairs.jsonl";

    private static final String LOSER_PROMPT = "loser_prompt";
    private static final ObjectMapper JSON = new ObjectMapper();

    private PairFolder() {}

    /**
     * Reads the list.
     *
     * @throws UserException if it is missing, empty or malformed, with the line
     */
    public static List<PreferencePair> read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new UserException("No preference pairs at " + file
                    + "; a line is {\"prompt\": ..., \"winner\": \"a.png\", \"loser\": \"b.png\"}");
        }
        List<PreferencePair> pairs = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isBlank()) {
                    pairs.add(pair(lines.get(i), file + " line " + (i + 1)));
                }
            }
        } catch (IOException e) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(e), e);
        }
        if (pairs.isEmpty()) {
            throw new UserException(file + " has no pairs");
        }
        return pairs;
    }

    private static PreferencePair pair(String line, String where) {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UserException(where + " is not JSON: " + e.getOriginalMessage(), e);
        }
        String prompt = text(json, "prompt", where);
        PreferencePair pair = new PreferencePair(
                prompt,
                text(json, "winner", where),
                text(json, "loser", where),
                json.has(LOSER_PROMPT) ? text(json, LOSER_PROMPT, where) : prompt);
        if (pair.empty()) {
            throw new UserException(where + " compares a picture with itself under the same prompt");
        }
        return pair;
    }

    private static String text(JsonNode json, String key, String where) {
        JsonNode value = json.path(key);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw new UserException(where + " has no text '" + key + "'; a pair has prompt, winner and loser");
        }
        return value.textValue();
    }

    /** Writes the list, whole or not at all. */
    public static void write(Path folder, List<PreferencePair> pairs) {
        StringBuilder text = new StringBuilder();
        for (PreferencePair pair : pairs) {
            ObjectNode line = JSON.createObjectNode()
                    .put("prompt", pair.prompt())
                    .put("winner", pair.winner())
                    .put("loser", pair.loser());
            if (!pair.loserPrompt().equals(pair.prompt())) {
                line.put(LOSER_PROMPT, pair.loserPrompt());
            }
            text.append(line).append('\n');
        }
        AtomicFile.write(folder.resolve(FILE), text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
