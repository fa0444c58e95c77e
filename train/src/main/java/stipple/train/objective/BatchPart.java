package stipple.train.objective;

import java.util.Arrays;

/**
 * The part of a batch that is computed at once. It knows the whole batch, because a mean over the batch is not the mean
 * over its parts where these have different numbers of tokens, and because noise is drawn for the batch and then cut.
 *
 * @param positions indices into the endless stream of samples, of the whole batch
 * @param from first sample of this part
 * @param count samples of this part
 */
public record BatchPart(long[] positions, int from, int count) {
    /** The whole batch at once. */
    public static BatchPart whole(long[] positions) {
        return new BatchPart(positions, 0, positions.length);
    }

    /** Positions of this part. */
    public long[] own() {
        return Arrays.copyOfRange(positions, from, from + count);
    }

    /** Samples of the whole batch. */
    public int batch() {
        return positions.length;
    }

    /** This part's share of the samples. */
    public double share() {
        return (double) count / positions.length;
    }
}
