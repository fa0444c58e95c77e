package stipple.train.objective;

/**
 * What one picture costs in training, by counting.
 *
 * @param tokens tokens that the network reads on average, text included
 * @param flops floating-point operations of forward and backward; a multiplication and an addition are two, and what
 *     activation checkpointing computes again is not counted
 * @param activationBytes memory of the activations kept for the way back, to within a factor of two
 */
public record Workload(double tokens, double flops, double activationBytes) {
    /** Both, one beside the other. */
    public Workload and(Workload other) {
        return new Workload(tokens + other.tokens, flops + other.flops, activationBytes + other.activationBytes);
    }
}
