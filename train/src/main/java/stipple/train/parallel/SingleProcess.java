package stipple.train.parallel;

import java.util.Map;
import java.util.function.Consumer;
import stipple.model.nn.Weights;
import stipple.torch.Tensor;
import stipple.train.objective.Objective;

/** Training in one process: nobody to talk to. */
public final class SingleProcess implements Replicas {
    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public void align(Weights weights) {
        // The only values there are.
    }

    @Override
    public Objective.GradientsReady duringBackward(Weights weights) {
        return Objective.GradientsReady.UNHEARD;
    }

    @Override
    public void sumGradients(Weights weights) {
        // The sum of one.
    }

    @Override
    public Map<String, Double> sum(Map<String, Double> values) {
        return values;
    }

    @Override
    public boolean any(boolean value) {
        return value;
    }

    @Override
    public long fromLeader(long value) {
        return value;
    }

    @Override
    public void barrier() {
        // Already here.
    }

    @Override
    public Ownership ownership(Weights weights) {
        return Ownership.everything(0);
    }

    @Override
    public void spread(Weights weights, Ownership ownership) {
        // Everything is here.
    }

    @Override
    public void gather(
            Weights shapes, Map<String, Tensor> own, Ownership ownership, Consumer<Map.Entry<String, Tensor>> reader) {
        own.entrySet().forEach(reader);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
