package stipple.train.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.ManyTensors;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** An exponential moving average of parameters; it forgets its random start quickly and settles to its decay. */
public final class AveragedWeights implements AutoCloseable {
    private final Weights average = new Weights();
    private final List<Tensor> own = new ArrayList<>();
    private final List<Tensor> source = new ArrayList<>();
    private final double decay;

    /** Starts from a copy of the parameters. */
    public AveragedWeights(Weights parameters, double decay) {
        this.decay = decay;
        try (Scope scope = Scope.open()) {
            for (Map.Entry<String, Tensor> entry : parameters.all().entrySet()) {
                Tensor parameter = entry.getValue();
                Tensor copy =
                        Tensors.empty(parameter.dtype(), parameter.shape()).to(parameter.device());
                average.put(entry.getKey(), copy);
                own.add(copy);
                source.add(parameter);
            }
        }
        reset();
    }

    /** Begins anew from the parameters as they are. */
    public void reset() {
        for (int i = 0; i < own.size(); i++) {
            Tensor copy = own.get(i);
            Tensor parameter = source.get(i);
            Autograd.off(() -> copy.copyInPlace(parameter));
        }
    }

    /** The averaged parameters by name. */
    public Weights weights() {
        return average;
    }

    /** Takes in the parameters after update number {@code step}, from 0. */
    public void update(long step) {
        double now = Math.min(decay, (1.0 + step) / (10.0 + step));
        ManyTensors.lerp(own, source, 1 - now);
    }

    @Override
    public void close() {
        average.close();
    }
}
