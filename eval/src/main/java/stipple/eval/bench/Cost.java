package stipple.eval.bench;

/**
 * What something takes at least.
 *
 * @param bytes that must be read: weights, keys and values of the rows, and what is computed ahead, as often as they are
 *     needed
 * @param distinct bytes among them that are not the same ones again: what a cache would have to hold
 * @param flops floating-point operations; a multiplication and an addition are two
 */
public record Cost(double bytes, double distinct, double flops) {
    /** Bytes that are read once. */
    public Cost(double bytes, double flops) {
        this(bytes, bytes, flops);
    }

    /** Both together. */
    public Cost plus(Cost other) {
        return new Cost(bytes + other.bytes, distinct + other.distinct, flops + other.flops);
    }

    /** The same bytes read again and again. */
    public Cost repeated(double times) {
        return new Cost(bytes * times, distinct, flops * times);
    }
}
