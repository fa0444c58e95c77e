package stipple.eval.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One measured part.
 *
 * @param part what
 * @param engine which way of running it
 * @param batch rows
 * @param timing how long it took
 * @param cost what it takes at least
 * @param type which peak applies
 * @param floor seconds that the machine needs at least
 * @param bound what sets that floor
 * @param split where the time goes, in seconds by name
 */
public record Result(
        Part part,
        String engine,
        int batch,
        Timing timing,
        Cost cost,
        String type,
        double floor,
        Machine.Bound bound,
        Map<String, Double> split) {
    /** Copies the map in order. */
    public Result {
        split = new LinkedHashMap<>(split);
    }

    /** Holds a time against a machine. */
    static Result of(Part part, String engine, int batch, Timing timing, Cost cost, String type, Machine machine) {
        return new Result(
                part,
                engine,
                batch,
                timing,
                cost,
                type,
                machine.floor(cost, type),
                machine.bound(cost, type),
                Map.of());
    }

    /**
     * The same with a time split whose rest is named too. Pieces that take longer one by one than the whole tell nothing
     * about it and are left out: that happens where the pieces are small and calling them is what costs.
     */
    Result split(Map<String, Double> known) {
        Map<String, Double> whole = new LinkedHashMap<>(known);
        double sum = known.values().stream().mapToDouble(v -> v).sum();
        if (sum > timing.median()) {
            return this;
        }
        whole.put("rest", timing.median() - sum);
        return new Result(part, engine, batch, timing, cost, type, floor, bound, whole);
    }

    /** Share of what the machine could do: 1 is perfect. */
    public double share() {
        return floor / timing.median();
    }

    /** Bytes per second that were read, if only the least was. */
    public double bytesPerSecond() {
        return cost.bytes() / timing.median();
    }

    /** Operations per second. */
    public double flopsPerSecond() {
        return cost.flops() / timing.median();
    }

    /** What makes two results comparable. */
    public String key() {
        return part.label() + " x" + batch;
    }
}
