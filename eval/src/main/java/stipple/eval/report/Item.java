package stipple.eval.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One picture and what was said of it.
 *
 * @param group its class within the suite
 * @param id name of its prompt, unique within the suite
 * @param prompt what was asked for
 * @param seed its seed
 * @param picture its file, seen from the folder of the report
 * @param correct whether it is right
 * @param score how near it comes, 0 to 1
 * @param verdict in words
 * @param marks what else was measured of it, by {@link Mark#id}; none in reports of older versions
 */
public record Item(
        String group,
        String id,
        String prompt,
        long seed,
        String picture,
        boolean correct,
        double score,
        String verdict,
        Map<String, Double> marks) {
    /** Copies the marks, which keep their order. */
    public Item {
        marks = marks == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(marks));
    }

    /** A picture of which nothing else was measured. */
    public Item(
            String group,
            String id,
            String prompt,
            long seed,
            String picture,
            boolean correct,
            double score,
            String verdict) {
        this(group, id, prompt, seed, picture, correct, score, verdict, Map.of());
    }

    /** What the same picture has in common in two runs. */
    String key() {
        return id + "|" + seed;
    }
}
