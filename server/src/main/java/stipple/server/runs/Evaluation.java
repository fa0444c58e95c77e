package stipple.server.runs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A report of {@code stipple eval} as its folder tells.
 *
 * @param id by which clients ask for it
 * @param name its path below the folder of runs
 * @param folder where it is
 * @param created when the report was written
 * @param suite what was measured, empty if the report cannot be read
 * @param model of which
 * @param figures the scores, an array
 * @param pictures number of pictures that were judged
 * @param page whether the report has a page of its own
 * @param problem why there is nothing to show, if so
 */
public record Evaluation(
        String id,
        String name,
        Path folder,
        Instant created,
        String suite,
        String model,
        JsonNode figures,
        int pictures,
        boolean page,
        Optional<String> problem) {
    /** Name of the report in its folder. */
    static final String REPORT = "report.json";

    /** Name of the report's page. */
    static final String PAGE = "report.html";
}
