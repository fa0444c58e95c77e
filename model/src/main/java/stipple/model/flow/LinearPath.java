package stipple.model.flow;

import stipple.torch.Tensor;

/**
 * The straight path from noise (t = 0) to data (t = 1): {@code x_t = t * data + (1 - t) * noise}, with the constant
 * velocity {@code data - noise} (reference §2.7).
 */
public final class LinearPath {
    private LinearPath() {}

    /**
     * A point on the path.
     *
     * @param data {@code [n, token]}
     * @param noise {@code [n, token]}
     * @param t {@code [n, 1]}
     */
    public static Tensor at(Tensor data, Tensor noise, Tensor t) {
        return data.mul(t).add(noise.mul(t.neg().add(1)));
    }

    /** The velocity that the head learns. */
    public static Tensor velocity(Tensor data, Tensor noise) {
        return data.sub(noise);
    }
}
