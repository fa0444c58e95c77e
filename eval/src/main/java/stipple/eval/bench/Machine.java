package stipple.eval.bench;

import java.util.Map;

/**
 * The machine and what it can do at best.
 *
 * @param cpu name of the processor
 * @param threads that take part
 * @param kernels the vector instructions libtorch uses
 * @param cacheBytes size of the last cache; what fits is not bound by memory
 * @param readBandwidth bytes per second from memory
 * @param peaks operations per second of a large matrix product, by type: {@code float32}, {@code bfloat16}, {@code int8}
 */
public record Machine(
        String cpu, int threads, String kernels, long cacheBytes, double readBandwidth, Map<String, Double> peaks) {
    /** Copies the map. */
    public Machine {
        peaks = Map.copyOf(peaks);
    }

    /** The best operations per second in a type; nothing known counts as no limit. */
    public double peak(String type) {
        return peaks.getOrDefault(type, Double.POSITIVE_INFINITY);
    }

    /** The least seconds for a cost. */
    public double floor(Cost cost, String type) {
        return Math.max(cost.bytes() / readBandwidth, cost.flops() / peak(type));
    }

    /** The same without the time for reading what a cache may hold: nothing can be faster than that. */
    double least(Cost cost, String type) {
        return bound(cost, type) == Bound.CACHE ? cost.flops() / peak(type) : floor(cost, type);
    }

    /** What sets the floor. */
    public Bound bound(Cost cost, String type) {
        if (cost.flops() / peak(type) >= cost.bytes() / readBandwidth) {
            return Bound.COMPUTE;
        }
        return cost.distinct() < cacheBytes ? Bound.CACHE : Bound.MEMORY;
    }

    /** What limits a part on this machine. */
    public enum Bound {
        /** Arithmetic. */
        COMPUTE,
        /** Reading memory. */
        MEMORY,
        /** Reading, but all of it fits into the last cache, so shares above one are possible. */
        CACHE
    }
}
