package stipple.eval.bench;

import java.util.List;

/**
 * What a benchmark found.
 *
 * @param schema version of this format
 * @param version of Stipple
 * @param when start, ISO 8601
 * @param machine where
 * @param model what
 * @param results parts
 * @param pictures whole pictures
 * @param requests drawn at the same time
 * @param memory of the process, or null if the system does not tell
 */
public record BenchReport(
        int schema,
        String version,
        String when,
        Machine machine,
        ModelFacts model,
        List<Result> results,
        List<PictureResult> pictures,
        List<RequestResult> requests,
        MemoryResult memory) {
    /** The format that this version writes. */
    public static final int SCHEMA = 1;

    /** Copies the lists. */
    public BenchReport {
        results = List.copyOf(results);
        pictures = List.copyOf(pictures);
        // Reports of earlier versions have none.
        requests = requests == null ? List.of() : List.copyOf(requests);
    }

    /**
     * The model that was measured.
     *
     * @param name folder or shape
     * @param format how the weights are kept
     * @param parameters of the model and the image tokenizer
     * @param weightBytes they take
     * @param loadSeconds until it was ready
     */
    public record ModelFacts(String name, String format, long parameters, double weightBytes, double loadSeconds) {}
}
