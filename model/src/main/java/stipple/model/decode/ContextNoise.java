package stipple.model.decode;

import stipple.torch.UserException;

/**
 * Noise over a token as the backbone reads it back; what is decoded stays clean. A model that learnt from pictures whose tokens lay
 * behind noise ({@code nextstep.hide}) then trusts its prompt more and its own errors less, as diffusion forcing does over long
 * sequences (Chen et al. 2024). The reference reads tokens as they are.
 *
 * @param level share of noise, from 0 (none) to 1 (nothing else)
 * @param noise normal numbers, as many as the token has; unused at level 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared by equals
public record ContextNoise(double level, float[] noise) {
    /** Tokens are read as they are. */
    public static final ContextNoise NONE = new ContextNoise(0, new float[0]);

    /** Checks the level. */
    public ContextNoise {
        require(level);
    }

    /**
     * Checks a level.
     *
     * @throws UserException if it is not from 0 to 1
     */
    public static void require(double level) {
        if (!(level >= 0 && level <= 1)) {
            throw new UserException("The context noise must be from 0 (none) to 1, got " + level);
        }
    }

    /** How many draws a level needs for each token, none or one. */
    public static int draws(double level) {
        return level == 0 ? 0 : 1;
    }

    /**
     * The noise of a token.
     *
     * @param draws of the token; the last of them is for this if the level {@linkplain #draws needs} one
     */
    public static ContextNoise of(double level, float[][] draws) {
        return level == 0 ? NONE : new ContextNoise(level, draws[draws.length - 1]);
    }

    /** Whether tokens are read as they are. */
    public boolean none() {
        return level == 0;
    }

    /** {@code (1 - level) token + level noise}. */
    public float[] over(float[] token) {
        if (none()) {
            return token;
        }
        float[] read = new float[token.length];
        for (int i = 0; i < read.length; i++) {
            read[i] = (float) ((1 - level) * token[i] + level * noise[i]);
        }
        return read;
    }
}
