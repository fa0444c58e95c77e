package stipple.model.pacore;

/**
 * An answer as it was sampled.
 *
 * @param text the answer, with its thinking where the model writes both in one
 * @param promptTokens tokens read, or 0 if nobody counted
 * @param tokens tokens written, thinking included, or 0 if nobody counted
 * @param cut whether it ended because it reached the most tokens
 */
public record Trajectory(String text, long promptTokens, long tokens, boolean cut) {}
