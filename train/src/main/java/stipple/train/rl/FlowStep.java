package stipple.train.rl;

import stipple.torch.Tensor;

/** A time of the flow at which a policy says how likely tokens are. */
sealed interface FlowStep permits SamplerStep, PathStep {
    /** Which step of the sampler has this time. */
    int index();

    /** Where the head is asked. */
    double time();

    /**
     * Where the head is asked and what its answer is measured by.
     *
     * @param group position of the sampling's first group
     * @param rows tokens, counted through all pictures
     */
    StepPoints points(Sampled sampled, long group, long[] rows);

    /**
     * The log-probability of every token, a mean over its values.
     *
     * @param velocity float32 {@code [n, token]}
     * @return {@code [n]}
     */
    Tensor logProb(StepPoints points, Tensor velocity);

    /**
     * How far two policies are apart, in the units of {@link #logProb}.
     *
     * @param velocity float32 {@code [n, token]}
     * @param other float32 of the same shape
     * @return {@code [n]}
     */
    Tensor divergence(Tensor velocity, Tensor other);
}
