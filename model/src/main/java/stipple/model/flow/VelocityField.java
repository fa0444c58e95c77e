package stipple.model.flow;

import stipple.torch.Tensor;

/** What a sampler integrates: a velocity at every point and time, guidance included. */
@FunctionalInterface
public interface VelocityField {
    /**
     * The velocity.
     *
     * @param x float32 {@code [n, token]}
     * @param t time in [0, 1]
     * @return float32 {@code [n, token]}
     */
    Tensor at(Tensor x, double t);
}
