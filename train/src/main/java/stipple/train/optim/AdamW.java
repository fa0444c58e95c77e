package stipple.train.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.ManyTensors;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.recipe.OptimizerRecipe;

/**
 * AdamW over named float32 parameters, with the moments under the same names so that they can be saved. Matrices are
 * decayed; norms, biases and everything else with one dimension are not.
 */
public final class AdamW implements AutoCloseable {
    private final OptimizerRecipe recipe;
    private final Weights means = new Weights();
    private final Weights squares = new Weights();
    private final Group decayed;
    private final Group plain;

    private record Group(List<Tensor> parameters, List<Tensor> means, List<Tensor> squares, double decay) {
        Group(double decay) {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), decay);
        }
    }

    /** Moments of zero for all parameters. */
    public AdamW(Weights parameters, OptimizerRecipe recipe) {
        this.recipe = recipe;
        this.decayed = new Group(recipe.weightDecay());
        this.plain = new Group(0);
        try (Scope scope = Scope.open()) {
            for (Map.Entry<String, Tensor> entry : parameters.all().entrySet()) {
                Tensor parameter = entry.getValue();
                if (parameter.dtype() != DType.F32) {
                    throw new IllegalArgumentException(
                            "The optimiser wants float32 parameters, '" + entry.getKey() + "' is " + parameter.dtype());
                }
                means.put(
                        entry.getKey(),
                        Tensors.zeros(DType.F32, parameter.shape()).to(parameter.device()));
                squares.put(
                        entry.getKey(),
                        Tensors.zeros(DType.F32, parameter.shape()).to(parameter.device()));
                Group group = parameter.dim() > 1 ? decayed : plain;
                group.parameters().add(parameter);
                group.means().add(means.get(entry.getKey()));
                group.squares().add(squares.get(entry.getKey()));
            }
        }
    }

    /** First moments by parameter name. */
    public Weights means() {
        return means;
    }

    /** Second moments by parameter name. */
    public Weights squares() {
        return squares;
    }

    /**
     * Clips the gradients, updates the parameters and drops the gradients.
     *
     * @param step number of the update, from 0
     * @param lr learning rate
     * @return the norm of the whole gradient before clipping
     */
    public double step(long step, double lr) {
        try (Scope scope = Scope.open()) {
            List<Tensor> decayedGradients = gradients(decayed);
            List<Tensor> plainGradients = gradients(plain);
            List<Tensor> all = new ArrayList<>(decayedGradients);
            all.addAll(plainGradients);
            double norm = norm(all);
            if (norm > recipe.clip()) {
                ManyTensors.mul(all, recipe.clip() / (norm + 1e-6));
            }
            update(decayed, decayedGradients, step, lr);
            update(plain, plainGradients, step, lr);
            decayed.parameters().forEach(Autograd::clearGradient);
            plain.parameters().forEach(Autograd::clearGradient);
            return norm;
        }
    }

    private void update(Group group, List<Tensor> gradients, long step, double lr) {
        ManyTensors.adamW(
                group.parameters(),
                gradients,
                group.means(),
                group.squares(),
                new ManyTensors.AdamWStep(lr, recipe.beta1(), recipe.beta2(), group.decay(), recipe.eps(), step + 1));
    }

    private static List<Tensor> gradients(Group group) {
        List<Tensor> gradients = new ArrayList<>();
        for (Tensor parameter : group.parameters()) {
            Tensor gradient = Autograd.gradient(parameter);
            gradients.add(
                    gradient == null
                            ? Tensors.zeros(DType.F32, parameter.shape()).to(parameter.device())
                            : gradient.contiguous());
        }
        return gradients;
    }

    private static double norm(List<Tensor> gradients) {
        List<Tensor> squares = new ArrayList<>();
        for (Tensor gradient : gradients) {
            squares.add(gradient.square().sum());
        }
        return Math.sqrt(Tensors.stack(squares, 0).sum().item());
    }

    @Override
    public void close() {
        means.close();
        squares.close();
    }
}
