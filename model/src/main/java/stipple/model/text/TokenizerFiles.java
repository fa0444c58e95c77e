package stipple.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stipple.model.files.JsonObjectFile;
import stipple.torch.UserException;

/**
 * What the tokenizer's files say beside the rules themselves.
 *
 * @param file {@code tokenizer.json}
 * @param added added tokens by their text
 * @param size one more than the highest id
 * @param bos the text put before every row, if the tokenizer defines one
 */
record TokenizerFiles(Path file, Map<String, Integer> added, int size, Optional<String> bos) {
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
        return new TokenizerFiles(file, Map.copyOf(added), highest + 1, bos(file));
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
