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
 * @param leastDrawn seconds in which the machine could have drawn the tokens at best, prompts not counted
 * @param leastFinished the same with decoding
 */
public record RequestResult(
        int requests,
        boolean guided,
        int width,
        int height,
        int tokens,
        int flowSteps,
        Timing drawn,
        Timing finished,
        double leastDrawn,
        double leastFinished) {
    /** Tokens of all requests in a second. */
    public double tokensPerSecond() {
        return (double) requests * tokens / drawn.median();
    }

    /** Pictures of all requests in a second. */
    public double picturesPerSecond() {
        return requests / finished.median();
    }

    /** How many times the tokens per second of another run would be possible here at best. */
    public double mostTokens(RequestResult one) {
        return requests * tokens / leastDrawn / one.tokensPerSecond();
    }

    /** How many times the pictures per second of another run would be possible here at best. */
    public double mostPictures(RequestResult one) {
        return requests / leastFinished / one.picturesPerSecond();
    }
}
