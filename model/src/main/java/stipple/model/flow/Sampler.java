package stipple.model.flow;

import stipple.torch.Tensor;

/** Turns noise into tokens along a velocity field (reference §2.9). */
public sealed interface Sampler permits DriftSampler, EstimateSampler {
    /**
     * Samples tokens.
     *
     * @param field the velocity, guidance included
     * @param noise first the starting point, then one draw per stochastic step
     * @param steps evaluations of the field
     * @param shift timestep shift, 1 for none
     * @return float32 {@code [n, token]}
     */
    Tensor sample(VelocityField field, NoiseSource noise, int steps, double shift);
}
