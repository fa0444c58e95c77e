package stipple.eval.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** Reports as JSON, for machines and for later comparison; seconds, bytes and operations throughout. */
public final class BenchJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private BenchJson() {}

    /** A report as text. */
    public static String write(Object report) {
        try {
            return MAPPER.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A report cannot be written as JSON", e);
        }
    }

    /**
     * A report from a file.
     *
     * @throws UserException if it is none, or of a format this version does not know
     */
    public static BenchReport read(Path file) {
        return read(file, BenchReport.class, BenchReport.SCHEMA);
    }

    /**
     * A report of another kind from a file.
     *
     * @param schema the format that is known
     * @throws UserException if it is none, or of another format
     */
    public static <T> T read(Path file, Class<T> kind, int schema) {
        try {
            JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
            if (node == null || node.path("schema").asInt(-1) != schema) {
                throw new UserException(file + " is no benchmark of format " + schema + "; make one with --json");
            }
            return MAPPER.treeToValue(node, kind);
        } catch (JsonProcessingException e) {
            throw new UserException(
                    file + " is no benchmark: "
                            + e.getOriginalMessage().lines().findFirst().orElse("malformed"),
                    e);
        } catch (IOException e) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
