package stipple.model.generate;

import stipple.torch.Tensor;

/** Sees how the tokens of a picture are sampled. The tensors live as long as the call. */
public interface FlowTrace {
    /**
     * The head was asked.
     *
     * @param time in [0, 1]
     * @param point float32 {@code [pictures, token]}
     * @param velocity guided, float32 of the same shape
     */
    void evaluated(double time, Tensor point, Tensor velocity);

    /**
     * The sampler has arrived.
     *
     * @param token float32 {@code [pictures, token]}, before it is rounded or normalised
     */
    void sampled(Tensor token);
}
