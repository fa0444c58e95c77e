package stipple.train.objective;

import stipple.torch.Rng;
import stipple.torch.Tensor;

/**
 * The noise that latents are disturbed with before they are decoded (paper §1.4): {@code u * eps} with one strength
 * {@code u ~ U(0, gamma)} per picture and {@code eps ~ N(0, I)}.
 */
final class LatentNoise {
    private LatentNoise() {}

    /**
     * Drawn for the whole batch and then cut, so that it does not depend on how the batch is cut.
     *
     * @param shape of the part's latents, {@code [n, z, h, w]}
     */
    static Tensor draw(double gamma, BatchPart part, long[] shape, Rng rng) {
        long[] whole = shape.clone();
        whole[0] = part.batch();
        Tensor strength = rng.uniform(0, gamma, part.batch(), 1, 1, 1);
        return rng.normal(whole).mul(strength).narrow(0, part.from(), part.count());
    }
}
