package stipple.eval.bench;

/**
 * What llama.cpp and we needed for the backbone of the same shape in about the same bits, in the same run.
 *
 * @param shape of both
 * @param name program and version of the peer
 * @param format of the peer's weights
 * @param fileBytes size of the peer's weights
 * @param ownFormat of our weights
 * @param ownBytes of our backbone: what one step reads
 * @param readBandwidth bytes per second, in the same run
 * @param together whether they took turns; otherwise one came after the other
 * @param promptTokens tokens of a prompt
 * @param prefill seconds of the peer for a prompt
 * @param step seconds of the peer for one more token
 * @param ownPrefill seconds of ours for a prompt
 * @param ownStep seconds of ours for one more token
 */
public record PeerResult(
        String shape,
        String name,
        String format,
        long fileBytes,
        String ownFormat,
        double ownBytes,
        double readBandwidth,
        boolean together,
        int promptTokens,
        Timing prefill,
        Timing step,
        Timing ownPrefill,
        Timing ownStep) {
    /** How many times as fast as the peer we read a prompt. */
    public double prefillRatio() {
        return prefill.median() / ownPrefill.median();
    }

    /** How many times as fast as the peer we read one more token. */
    public double stepRatio() {
        return step.median() / ownStep.median();
    }
}
