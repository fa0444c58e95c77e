package stipple.train.parallel;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;

/** One of several processes under test; where it belongs is in its environment. */
final class ReplicaMember {
    private ReplicaMember() {}

    public static void main(String[] args) {
        try (Replicas replicas = Replicas.join(Cluster.fromEnvironment(System.getenv()));
                Weights weights = new Weights();
                Scope scope = Scope.open()) {
            float mine = replicas.rank() + 1;
            weights.put("a", Tensors.full(mine, DType.F32, 2, 2));
            weights.put("b", Tensors.full(mine, DType.F32, 3));
            weights.put("unused", Tensors.full(mine, DType.F32, 2));
            replicas.align(weights);
            print("aligned", weights);
            weights.all().values().forEach(Autograd::track);
            gradients(replicas, weights);
            System.out.println("sums " + replicas.sum(values(mine)) + " any "
                    + replicas.any(replicas.rank() == 1) + replicas.any(false) + " leader "
                    + replicas.fromLeader(40 + replicas.rank()));
            shares(replicas, weights);
            replicas.barrier();
            System.out.println("done");
        } catch (UserException e) {
            System.out.println(e.getMessage());
            Runtime.getRuntime().halt(3);
        }
    }

    private static Map<String, Double> values(float mine) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("x", (double) mine);
        values.put("y", 10.0 * mine);
        return values;
    }

    /** Rank 1 has no gradient of {@code b}, and nobody has one of {@code unused}. */
    private static void gradients(Replicas replicas, Weights weights) {
        long live = Tensor.live();
        for (int step = 0; step < 2; step++) {
            try (Scope scope = Scope.open()) {
                Tensor loss = weights.get("a").sum();
                if (replicas.rank() == 0) {
                    loss = loss.add(weights.get("b").mul(5).sum());
                }
                Autograd.backward(loss);
                replicas.sumGradients(weights);
                for (Map.Entry<String, Tensor> entry : weights.all().entrySet()) {
                    System.out.println("gradient " + entry.getKey() + " "
                            + Arrays.toString(
                                    Autograd.gradient(entry.getValue()).toFloats()));
                    Autograd.clearGradient(entry.getValue());
                }
            }
        }
        System.out.println("leaked " + (Tensor.live() - live));
    }

    /** Each rank changes what it owns; afterwards all have all changes, and the leader can read the moments of all. */
    private static void shares(Replicas replicas, Weights weights) {
        Ownership ownership = replicas.ownership(weights);
        Map<String, Tensor> moments = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> entry : weights.all().entrySet()) {
            if (ownership.own(entry.getKey())) {
                Autograd.off(() -> entry.getValue().addInPlace(Tensors.full(100 + replicas.rank(), DType.F32)));
                moments.put(
                        entry.getKey(),
                        Tensors.full(
                                7 + replicas.rank(), DType.F32, entry.getValue().shape()));
            }
        }
        replicas.spread(weights, ownership);
        print("spread", weights);
        replicas.gather(
                weights,
                moments,
                ownership,
                e -> System.out.println("moment " + e.getKey() + " "
                        + Arrays.toString(e.getValue().toFloats())));
    }

    private static void print(String what, Weights weights) {
        System.out.println(what + " "
                + List.copyOf(weights.all().values()).stream()
                        .map(t -> Arrays.toString(t.toFloats()))
                        .toList());
    }
}
