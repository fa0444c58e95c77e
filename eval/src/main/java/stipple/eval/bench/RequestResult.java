package stipple.eval.bench;

/**
 * Requests of one picture each that an engine draws at the same time.
 *
 * @param requests at once
 * @param guided whether each has a second row for guidance
 * @param width pixels
 * @param height pixels
 * @param tokens image tokens of one picture
 * @param flowSteps evaluations of the head per token
 * @param drawn seconds from the first request to the last token
 * @param finished seconds from the first request to the last picture, decoded
 */
public record RequestResult(
        int requests, boolean guided, int width, int height, int tokens, int flowSteps, Timing drawn, Timing finished) {
    /** Tokens of all requests in a second. */
    public double tokensPerSecond() {
        return (double) requests * tokens / drawn.median();
    }

    /** Pictures of all requests in a second. */
    public double picturesPerSecond() {
        return requests / finished.median();
    }
}
