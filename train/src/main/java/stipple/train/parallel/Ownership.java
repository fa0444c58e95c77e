package stipple.train.parallel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.nn.Weights;
import stipple.torch.Tensor;

/**
 * Which process keeps the moments of a parameter and updates it. Parameters are given out whole, so that moments can be
 * saved under their names and taken up by another number of processes.
 *
 * @param rank this process
 * @param owners number of the owning process by parameter; empty if every process owns everything
 */
public record Ownership(int rank, Map<String, Integer> owners) {
    /** Every process keeps everything. */
    public static Ownership everything(int rank) {
        return new Ownership(rank, Map.of());
    }

    /** Shares of nearly equal size: the largest parameters first, each to the process with the least so far. */
    public static Ownership balanced(Weights weights, int rank, int size) {
        List<Map.Entry<String, Tensor>> entries = new ArrayList<>(weights.all().entrySet());
        // The sort is stable, so equal sizes stay in the order of the model and all processes agree.
        entries.sort(Comparator.comparingLong(
                        (Map.Entry<String, Tensor> e) -> e.getValue().count())
                .reversed());
        long[] load = new long[size];
        Map<String, Integer> owners = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> entry : entries) {
            int least = 0;
            for (int r = 1; r < size; r++) {
                if (load[r] < load[least]) {
                    least = r;
                }
            }
            load[least] += entry.getValue().count();
            owners.put(entry.getKey(), least);
        }
        return new Ownership(rank, owners);
    }

    /** Whether parameters are divided at all. */
    public boolean divided() {
        return !owners.isEmpty();
    }

    /** The process that updates a parameter. */
    public int owner(String name) {
        return owners.getOrDefault(name, rank);
    }

    /** Whether this process updates a parameter. */
    public boolean own(String name) {
        return owner(name) == rank;
    }
}
