package stipple.train.parallel;

import java.util.Map;
import java.util.function.Consumer;
import stipple.model.nn.Weights;
import stipple.torch.Tensor;
import stipple.train.objective.Objective;

/**
 * The copies of a model that are trained together, one in each process, seen from one of them. All processes call the
 * same methods in the same order.
 *
 * <p>A batch is cut into {@code accumulate * size} parts of equal size; of the parts that are computed at a time, process
 * <i>r</i> takes the <i>r</i>-th. Losses are shares of the batch's loss and gradients are summed, so any number of
 * processes and parts makes the same step, up to the rounding of sums in another order.
 */
public interface Replicas extends AutoCloseable {
    /** Number of this process, from 0. */
    int rank();

    /** Number of processes. */
    int size();

    /** Whether this process writes the run's files; exactly one does. */
    default boolean leads() {
        return rank() == 0;
    }

    /** Copies the leading process's values to all others and makes sure that they arrived. */
    void align(Weights weights);

    /**
     * Begins to sum gradients while the backward pass goes on: what listens to that pass and sends what is complete.
     * {@link #sumGradients} must follow.
     */
    Objective.GradientsReady duringBackward(Weights weights);

    /** Replaces the gradients of parameters, also missing ones, by their sums over the processes. */
    void sumGradients(Weights weights);

    /** Sums of named numbers over the processes; all give the same names in the same order. */
    Map<String, Double> sum(Map<String, Double> values);

    /** Whether any process says yes. */
    boolean any(boolean value);

    /** The leading process's number, on all. */
    long fromLeader(long value);

    /** Returns when all processes have come here. */
    void barrier();

    /** Who updates which parameter. */
    Ownership ownership(Weights weights);

    /** Copies every parameter from the process that updated it to all others. */
    void spread(Weights weights, Ownership ownership);

    /**
     * Shows the leading process a whole table of which every process has its own entries only, one tensor at a time in the
     * order of the model; each is valid during the call alone. The others help.
     *
     * @param shapes a complete table of the same names and shapes
     * @param own this process's entries
     */
    void gather(
            Weights shapes, Map<String, Tensor> own, Ownership ownership, Consumer<Map.Entry<String, Tensor>> reader);

    @Override
    void close();

    /** Joins the other processes of a cluster, or stays alone. */
    static Replicas join(Cluster cluster) {
        return cluster.alone() ? new SingleProcess() : ReplicaGroup.join(cluster);
    }
}
