package stipple.model.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import stipple.torch.UserException;

/**
 * A JSON object with typed access: a key that is absent or {@code null} takes the given default or is refused, a key of
 * the wrong kind is always refused, and every message names the file and the key.
 */
public final class JsonObjectFile {
    private static final long MAX_BYTES = 256L << 20;
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private final String where;
    private final ObjectNode node;

    private JsonObjectFile(String where, ObjectNode node) {
        this.where = where;
        this.node = node;
    }

    /**
     * Reads a file that must hold one JSON object.
     *
     * @throws UserException if the file is missing, too large, not JSON, or not an object
     */
    public static JsonObjectFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException("Missing file " + file);
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new UserException(file + " is " + Files.size(file) + " bytes, too large for a JSON file");
            }
            return parse(file.toString(), Files.readAllBytes(file));
        } catch (IOException failure) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(failure), failure);
        }
    }

    /**
     * Parses one JSON object.
     *
     * @param where what to call it in messages
     * @throws UserException if it is not JSON or not an object
     */
    public static JsonObjectFile parse(String where, byte[] json) {
        try {
            if (MAPPER.readTree(json) instanceof ObjectNode object) {
                return new JsonObjectFile(where, object);
            }
            throw new UserException(where + " does not hold a JSON object");
        } catch (JsonProcessingException failure) {
            throw new UserException(
                    where + " is not valid JSON: "
                            + failure.getOriginalMessage().lines().findFirst().orElse("no content"),
                    failure);
        } catch (IOException failure) {
            throw new UserException("Cannot read " + where + ": " + AtomicFile.reason(failure), failure);
        }
    }

    /** An empty object to fill and {@linkplain #write write}. */
    public static ObjectNode newObject() {
        return MAPPER.createObjectNode();
    }

    /**
     * Writes an object, indented, whole or not at all.
     *
     * @throws UserException if the file cannot be written
     */
    public static void write(Path file, ObjectNode object) {
        AtomicFile.write(file, (object.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The object as parsed. */
    public ObjectNode node() {
        return node;
    }

    /** What messages call this object. */
    public String where() {
        return where;
    }

    /** Whether the key is there and not {@code null}. */
    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    /** The first of the keys that is there and not {@code null}. */
    public Optional<String> firstOf(List<String> keys) {
        return keys.stream().filter(this::has).findFirst();
    }

    /** A required integer. */
    public int integer(String key) {
        require(key);
        return integer(key, 0);
    }

    /** An integer, or the default where the key is absent. */
    public int integer(String key, int absent) {
        if (!has(key)) {
            return absent;
        }
        JsonNode value = node.get(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrongKind(key, "an integer");
        }
        return value.intValue();
    }

    /** A required number. */
    public double number(String key) {
        require(key);
        return number(key, 0);
    }

    /** A number, or the default where the key is absent. */
    public double number(String key, double absent) {
        if (!has(key)) {
            return absent;
        }
        JsonNode value = node.get(key);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrongKind(key, "a finite number");
        }
        return value.doubleValue();
    }

    /** A required flag. */
    public boolean flag(String key) {
        require(key);
        return flag(key, false);
    }

    /** A flag, or the default where the key is absent. */
    public boolean flag(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        JsonNode value = node.get(key);
        if (!value.isBoolean()) {
            throw wrongKind(key, "true or false");
        }
        return value.booleanValue();
    }

    /** A string, or the default where the key is absent. */
    public String text(String key, String absent) {
        if (!has(key)) {
            return absent;
        }
        JsonNode value = node.get(key);
        if (!value.isTextual()) {
            throw wrongKind(key, "a string");
        }
        return value.textValue();
    }

    /** A list of integers, or the default where the key is absent. */
    public List<Integer> integers(String key, List<Integer> absent) {
        return list(
                key,
                absent,
                "a list of integers",
                e -> e.isIntegralNumber() && e.canConvertToInt(),
                JsonNode::intValue);
    }

    /** A list of strings, or the default where the key is absent. */
    public List<String> texts(String key, List<String> absent) {
        return list(key, absent, "a list of strings", JsonNode::isTextual, JsonNode::textValue);
    }

    private <T> List<T> list(
            String key, List<T> absent, String kind, Predicate<JsonNode> accepts, Function<JsonNode, T> reader) {
        if (!has(key)) {
            return absent;
        }
        if (!node.get(key).isArray()) {
            throw wrongKind(key, kind);
        }
        List<T> result = new ArrayList<>();
        for (JsonNode element : node.get(key)) {
            if (!accepts.test(element)) {
                throw wrongKind(key, kind);
            }
            result.add(reader.apply(element));
        }
        return List.copyOf(result);
    }

    /** A nested object, if the key is there. */
    public Optional<JsonObjectFile> object(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        if (node.get(key) instanceof ObjectNode object) {
            return Optional.of(new JsonObjectFile(where + " (" + key + ")", object));
        }
        throw wrongKind(key, "an object");
    }

    private void require(String key) {
        if (!has(key)) {
            throw new UserException(where + " has no '" + key + "'");
        }
    }

    private UserException wrongKind(String key, String wanted) {
        String given = node.get(key).toString();
        return new UserException(where + ": '" + key + "' must be " + wanted + ", but is "
                + (given.length() > 60 ? given.substring(0, 60) + "…" : given));
    }
}
