package stipple.eval.report;

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
 */
public record Item(
        String group,
        String id,
        String prompt,
        long seed,
        String picture,
        boolean correct,
        double score,
        String verdict) {
    /** What the same picture has in common in two runs. */
    String key() {
        return id + "|" + seed;
    }
}
