package stipple.data.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stipple.data.DataException;

/**
 * A finished set as its index tells.
 *
 * @param name its name
 * @param category how a mixture reads it
 * @param samples samples in all shards
 * @param families samples by shard family
 * @param sources where it comes from
 * @param bySource samples by source; a source that lends names and words only is not in it
 * @param captions captions by key
 */
public record SetSummary(
        String name,
        String category,
        int samples,
        Map<String, Integer> families,
        List<Credit> sources,
        Map<String, Integer> bySource,
        Map<String, Integer> captions) {
    /** Reads the index of a finished set. */
    public static SetSummary read(Path folder) {
        Path file = folder.resolve("index.json");
        try {
            JsonNode index = new ObjectMapper().readTree(Files.readAllBytes(file));
            List<Credit> sources = new ArrayList<>();
            for (JsonNode source : index.path("sources")) {
                sources.add(new Credit(
                        source.path("source").asText(),
                        source.path("license").asText(),
                        source.path("authors").asText()));
            }
            JsonNode totals = index.path("totals");
            return new SetSummary(
                    index.path("name").asText(),
                    index.path("category").asText(),
                    totals.path("samples").asInt(),
                    counts(totals.path("by_split")),
                    sources,
                    counts(totals.path("by_source")),
                    counts(totals.path("captions")));
        } catch (IOException e) {
            throw new DataException("cannot read " + file + ": " + e.getMessage() + "; build the set again", e);
        }
    }

    private static Map<String, Integer> counts(JsonNode node) {
        Map<String, Integer> counts = new TreeMap<>();
        node.properties()
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue().asInt()));
        return counts;
    }
}
