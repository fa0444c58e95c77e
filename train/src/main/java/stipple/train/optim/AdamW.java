package stipple.train.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.ManyTensors;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.recipe.OptimizerRecipe;

/**
 * AdamW over named float32 parameters, with the moments under the same names so that they can be saved. Everything with
 * two dimensions or more is decayed: matrices, convolutions, and embeddings too, as the reference does (§4.2). Norms and
 * biases are not; the reference decays the weights of its RMS norms, which pulls scales of one towards zero.
 */
public final class AdamW implements AutoCloseable {
    private final OptimizerRecipe recipe;
    private final Weights means = new Weights();
    private final Weights squares = new Weights();
    private final Group decayed;
    private final Group plain;

    private double[] norms = {};

    /** Parameters with one decay; {@code own} are the places of those that are updated here. */
    private record Group(
            List<String> names,
            List<Tensor> parameters,
            List<Integer> own,
            List<Tensor> means,
            List<Tensor> squares,
            double decay) {
        Group(double decay) {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), decay);
        }

        List<Tensor> own(List<Tensor> values) {
            return own.stream().map(values::get).toList();
        }
    }

    /** Moments of zero for all parameters. */
    public AdamW(Weights parameters, OptimizerRecipe recipe) {
        this(parameters, recipe, name -> true);
    }

    /**
     * Moments of zero for a share of the parameters. The others are updated in other processes, but their gradients count
     * in the norm.
     *
     * @param own which parameters are updated here
     */
    public AdamW(Weights parameters, OptimizerRecipe recipe, Predicate<String> own) {
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
                Group group = parameter.dim() > 1 ? decayed : plain;
                group.names().add(entry.getKey());
                group.parameters().add(parameter);
                if (!own.test(entry.getKey())) {
                    continue;
                }
                group.own().add(group.parameters().size() - 1);
                means.put(
                        entry.getKey(),
                        Tensors.zeros(DType.F32, parameter.shape()).to(parameter.device()));
                squares.put(
                        entry.getKey(),
                        Tensors.zeros(DType.F32, parameter.shape()).to(parameter.device()));
                group.means().add(means.get(entry.getKey()));
                group.squares().add(squares.get(entry.getKey()));
            }
        }
    }

    /** First moments by name of the parameters that are updated here. */
    public Weights means() {
        return means;
    }

    /** Second moments by name of the parameters that are updated here. */
    public Weights squares() {
        return squares;
    }

    /** Names of the parameters that are decayed. */
    public List<String> decayed() {
        return List.copyOf(decayed.names());
    }

    /** The norm of each parameter's gradient before clipping, of the last step. */
    public Map<String, Double> gradientNorms() {
        List<String> names = new ArrayList<>(decayed.names());
        names.addAll(plain.names());
        Map<String, Double> byName = new LinkedHashMap<>();
        for (int i = 0; i < norms.length; i++) {
            byName.put(names.get(i), norms[i]);
        }
        return byName;
    }

    /**
     * Clips the gradients, updates the parameters and drops the gradients. If the gradient is not finite, nothing but
     * the dropping happens.
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
            norms = norms(all);
            double norm = Math.sqrt(Arrays.stream(norms).map(n -> n * n).sum());
            if (Double.isFinite(norm)) {
                if (norm > recipe.clip()) {
                    ManyTensors.mul(all, recipe.clip() / (norm + 1e-6));
                }
                update(decayed, decayedGradients, step, lr);
                update(plain, plainGradients, step, lr);
            }
            decayed.parameters().forEach(Autograd::clearGradient);
            plain.parameters().forEach(Autograd::clearGradient);
            return norm;
        }
    }

    private void update(Group group, List<Tensor> gradients, long step, double lr) {
        ManyTensors.adamW(
                group.own(group.parameters()),
                group.own(gradients),
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

    private static double[] norms(List<Tensor> gradients) {
        List<Tensor> squares = new ArrayList<>();
        for (Tensor gradient : gradients) {
            squares.add(gradient.square().sum());
        }
        float[] sums = Tensors.stack(squares, 0).toFloats();
        double[] norms = new double[sums.length];
        for (int i = 0; i < sums.length; i++) {
            norms[i] = Math.sqrt(sums[i]);
        }
        return norms;
    }

    @Override
    public void close() {
        means.close();
        squares.close();
    }
}
