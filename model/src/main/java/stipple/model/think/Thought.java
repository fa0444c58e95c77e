package stipple.model.think;

/**
 * What a model wrote.
 *
 * @param text without the marks around it, on one line
 * @param tokens written, the end included if it was reached
 * @param complete whether the model ended it by itself
 */
public record Thought(String text, int tokens, boolean complete) {}
