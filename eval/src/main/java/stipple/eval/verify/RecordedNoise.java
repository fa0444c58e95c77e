package stipple.eval.verify;

import stipple.model.flow.NoiseSource;
import stipple.torch.Tensor;
import stipple.torch.UserException;

/**
 * The reference's own draws in their order. A draw may have fewer rows than the batch; it is then shared by tiling, as
 * samplers S1 and S2 do (reference §2.9).
 */
final class RecordedNoise implements NoiseSource {
    private final Tensor draws;
    private final long perToken;
    private final long rows;
    private long token;
    private long used;

    /**
     * Replays draws.
     *
     * @param draws {@code [tokens, draws, rows, width]}
     * @param rows rows of the batch, a multiple of the rows of a draw
     */
    RecordedNoise(Tensor draws, long rows) {
        if (draws.dim() != 4 || draws.size(2) == 0 || rows % draws.size(2) != 0) {
            throw new UserException(
                    "noise of shape " + java.util.Arrays.toString(draws.shape()) + " does not fit a batch of " + rows);
        }
        this.draws = draws;
        this.perToken = draws.size(1);
        this.rows = rows;
    }

    /** Goes to the first draw of a token. */
    void startToken(long index) {
        token = index;
        used = 0;
    }

    /** Draws of the current token that were recorded but not asked for. */
    long left() {
        return perToken - used;
    }

    @Override
    public Tensor next() {
        if (used == perToken) {
            throw new UserException("only " + perToken + " draws a token are recorded, more are needed");
        }
        Tensor draw = draws.select(0, token).select(0, used++);
        long tiles = rows / draws.size(2);
        return tiles == 1 ? draw.contiguous() : draw.repeat(tiles, 1);
    }
}
