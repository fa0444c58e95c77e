package stipple.model.vae;

import stipple.torch.Nn;
import stipple.torch.Tensor;

/**
 * Normalises each latent patch to mean 0 and variance 1, without weights (reference §1.6): guidance then cannot make the
 * statistics of the tokens drift.
 *
 * @param patch side of a patch in latent positions; 1 normalises over the channels of a single position
 */
record LatentNorm(int patch) {
    private static final double EPS = 1e-6;

    /** Maps {@code [n, c, h, w]} to the same shape. */
    Tensor apply(Tensor latents) {
        return Patches.fold(Nn.layerNorm(Patches.unfold(latents, patch), null, null, EPS), latents.shape(), patch);
    }
}
