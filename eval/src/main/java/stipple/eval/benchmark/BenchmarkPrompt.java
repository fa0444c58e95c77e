package stipple.eval.benchmark;

/**
 * A prompt of a public benchmark.
 *
 * @param id its number or name, as the scorer knows it
 * @param group what the scorer keeps apart, "" where it does not
 * @param text what is asked for
 * @param record the line of the user's copy, where the scorer wants it back; otherwise ""
 */
record BenchmarkPrompt(String id, String group, String text, String record) {}
