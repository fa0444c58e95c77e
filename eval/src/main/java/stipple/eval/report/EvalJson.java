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
        try {
            AtomicFile.write(folder.resolve(EvalReport.FILE), MAPPER.writeValueAsBytes(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A report cannot be written as JSON", e);
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
        try {
            JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
            if (node == null || node.path("schema").asInt(-1) != EvalReport.SCHEMA || !node.has("suite")) {
                throw new UserException(
                        file + " is no report of format " + EvalReport.SCHEMA + "; stipple eval writes them");
            }
            return MAPPER.treeToValue(node, EvalReport.class);
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
