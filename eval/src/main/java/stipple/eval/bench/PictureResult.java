package stipple.eval.bench;

/**
 * Whole pictures through the engine, side by side, with guidance.
 *
 * @param engine which way of running it
 * @param pictures drawn at once
 * @param width pixels
 * @param height pixels
 * @param tokens image tokens of one picture
 * @param flowSteps evaluations of the head per token
 * @param first seconds to the first row of tokens
 * @param total seconds to the last picture, decoded
 */
public record PictureResult(
        String engine, int pictures, int width, int height, int tokens, int flowSteps, double first, double total) {
    /** Seconds of one token of one picture. */
    public double perToken() {
        return total / ((double) pictures * tokens);
    }

    /** Pictures in a second. */
    public double perSecond() {
        return pictures / total;
    }

    /** What makes two results comparable. */
    public String key() {
        return "picture " + width + "x" + height + " x" + pictures;
    }
}
