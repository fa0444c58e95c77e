package stipple.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stipple.model.files.AtomicFile;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * What the tokenizer's files say beside the rules themselves.
 *
 * @param file {@code tokenizer.json}
 * @param added added tokens by their text
 * @param size one more than the highest id
 * @param bos the text put before every row, if the tokenizer defines one
 * @param extended {@code tokenizer.json} with tokens that the file lacks, or null
 */
record TokenizerFiles(Path file, Map<String, Integer> added, int size, Optional<String> bos, ObjectNode extended) {
    private static final String FILE = "tokenizer.json";
    private static final List<String> SIDE_FILES = List.of("tokenizer_config.json", "special_tokens_map.json");

    /**
     * Reads a folder's tokenizer, or the file itself.
     *
     * @throws UserException if it is missing or malformed
     */
    static TokenizerFiles read(Path source) {
        Path file = Files.isDirectory(source) ? source.resolve(FILE) : source;
        if (!Files.isRegularFile(file)) {
            throw new UserException("Missing tokenizer " + file);
        }
        JsonObjectFile json = JsonObjectFile.read(file);
        Map<String, Integer> added = new HashMap<>();
        int highest = -1;
        for (JsonNode token : json.node().path("added_tokens")) {
            if (!token.path("content").isTextual() || !token.path("id").canConvertToInt()) {
                throw new UserException(file + ": an entry of 'added_tokens' has no content or no id");
            }
            added.put(token.path("content").textValue(), token.path("id").intValue());
            highest = Math.max(highest, token.path("id").intValue());
        }
        for (JsonNode id : json.node().path("model").path("vocab")) {
            highest = Math.max(highest, id.asInt(-1));
        }
        return new TokenizerFiles(file, Map.copyOf(added), highest + 1, bos(file), null);
    }

    /** The same with special tokens behind the last one, those that are missing, in the order given. */
    TokenizerFiles with(List<String> special) {
        List<String> missing =
                special.stream().filter(text -> !added.containsKey(text)).toList();
        if (missing.isEmpty()) {
            return this;
        }
        ObjectNode json = JsonObjectFile.read(file).node();
        ArrayNode entries =
                json.get("added_tokens") instanceof ArrayNode present ? present : json.putArray("added_tokens");
        Map<String, Integer> more = new HashMap<>(added);
        int next = size;
        for (String text : missing) {
            entries.addObject()
                    .put("id", next)
                    .put("content", text)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
            more.put(text, next++);
        }
        return new TokenizerFiles(file, Map.copyOf(more), next, bos, json);
    }

    /** What {@code tokenizer.json} says, with the tokens that were added to it. */
    byte[] json() {
        try {
            return extended == null
                    ? Files.readAllBytes(file)
                    : extended.toString().getBytes(StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(failure), failure);
        }
    }

    private static Optional<String> bos(Path file) {
        for (String name : SIDE_FILES) {
            Path side = file.resolveSibling(name);
            if (!Files.isRegularFile(side)) {
                continue;
            }
            JsonNode bos = JsonObjectFile.read(side).node().path("bos_token");
            JsonNode text = bos.isObject() ? bos.path("content") : bos;
            if (text.isTextual() && !text.textValue().isEmpty()) {
                return Optional.of(text.textValue());
            }
        }
        return Optional.empty();
    }
}
