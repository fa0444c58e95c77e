package stipple.data;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Samples by number, whatever they are stored in. The order is a property of the files, not of the run. Safe for use by
 * many threads.
 */
public interface SampleSource {
    /** The number of samples; at least one. */
    int size();

    /** The name of sample {@code i}, unique in the source. */
    String key(int i);

    /**
     * The JSON of sample {@code i} without reading its pictures.
     *
     * @throws DataException if this one cannot be read; the others still can
     */
    JsonNode json(int i);

    /**
     * Sample {@code i} with the bytes of its pictures, which are not decoded here.
     *
     * @throws DataException if this one cannot be read; the others still can
     */
    Sample get(int i);

    /** What was left out when the source was opened. */
    SkipLog skips();

    /** Where the samples come from, for messages. */
    String name();
}
