package stipple.model.vae;

import stipple.torch.Tensor;
import stipple.torch.UserException;

/**
 * Latent maps as rows of tokens and back (reference §2.4). A token holds a {@code patch x patch} square of all channels;
 * its elements run channel first, then row, then column: {@code token[c*p*p + dy*p + dx] = latent[c, i*p+dy, j*p+dx]}.
 */
public final class Patches {
    private Patches() {}

    /**
     * Cuts {@code [n, c, h, w]} into {@code [n, (h/p)*(w/p), c*p*p]}, row by row.
     *
     * @throws UserException if a side is not a multiple of the patch
     */
    public static Tensor unfold(Tensor latents, int patch) {
        long[] s = latents.shape();
        if (s[2] % patch != 0 || s[3] % patch != 0) {
            throw new UserException(
                    "A latent map of " + s[2] + "x" + s[3] + " cannot be cut into patches of " + patch + "x" + patch);
        }
        long rows = s[2] / patch;
        long columns = s[3] / patch;
        return latents.reshape(s[0], s[1], rows, patch, columns, patch)
                .permute(0, 2, 4, 1, 3, 5)
                .reshape(s[0], rows * columns, s[1] * patch * patch);
    }

    /** The inverse of {@link #unfold}; {@code shape} is {@code [n, c, h, w]}. */
    public static Tensor fold(Tensor tokens, long[] shape, int patch) {
        long rows = shape[2] / patch;
        long columns = shape[3] / patch;
        return tokens.reshape(shape[0], rows, columns, shape[1], patch, patch)
                .permute(0, 3, 1, 4, 2, 5)
                .reshape(shape);
    }
}
