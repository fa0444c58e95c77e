package stipple.eval.report;

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

/** Reports as JSON files. */
public final class EvalJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private EvalJson() {}

    /** Writes a report into its folder. */
    public static void write(Path folder, EvalReport report) {
        AtomicFile.write(folder.resolve(EvalReport.FILE), bytes(report));
    }

    /** Figures of any kind as a JSON file's bytes. */
    public static byte[] bytes(Object figures) {
        try {
            return MAPPER.writeValueAsBytes(figures);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Figures cannot be written as JSON", e);
        }
    }

    /**
     * Reads the report of a run.
     *
     * @param run the run's folder or the report's file
     * @throws UserException if there is none, or of a format that this version does not know
     */
    public static EvalReport read(Path run) {
        Path file = Files.isDirectory(run) ? run.resolve(EvalReport.FILE) : run;
        JsonNode node = read(file, JsonNode.class);
        if (node.path("schema").asInt(-1) != EvalReport.SCHEMA || !node.has("suite")) {
            throw new UserException(
                    file + " is no report of format " + EvalReport.SCHEMA + "; stipple eval writes them");
        }
        return read(file, EvalReport.class);
    }

    /**
     * Reads a file of figures.
     *
     * @throws UserException if there is none, or it is damaged
     */
    public static <T> T read(Path file, Class<T> type) {
        try {
            return MAPPER.readValue(Files.readAllBytes(file), type);
        } catch (JsonProcessingException e) {
            throw new UserException(
                    file + " is no report: "
                            + e.getOriginalMessage().lines().findFirst().orElse("malformed"),
                    e);
        } catch (IOException e) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
