package stipple.train.parallel;

import java.util.Arrays;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.ProcessGroup;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** One of several processes that send gradients while a backward pass still runs. */
final class ReducerMember {
    private ReducerMember() {}

    public static void main(String[] args) {
        Cluster cluster = Cluster.fromEnvironment(System.getenv());
        try (ProcessGroup group = ProcessGroup.join(
                        cluster.transport(), cluster.meeting(), cluster.rank(), cluster.size(), cluster.timeout());
                Weights weights = new Weights();
                Scope scope = Scope.open()) {
            for (String name : new String[] {"first", "projector", "last"}) {
                weights.put(name, Tensors.full(1, DType.F32, 2));
            }
            weights.all().values().forEach(Autograd::track);
            // A byte a bucket: every parameter travels alone.
            GradientReducer reducer = new GradientReducer(group, weights.all(), 1);
            long live = Tensor.live();
            for (int step = 0; step < 3; step++) {
                step(reducer, weights, cluster.rank());
            }
            System.out.println("leaked " + (Tensor.live() - live));
        }
    }

    /** The pass completes the last parameter, then the first; the one between them only at its end. */
    private static void step(GradientReducer reducer, Weights weights, int rank) {
        try (Scope scope = Scope.open()) {
            Autograd.backward(weights.get("last").mul(rank + 1).sum());
            reducer.send("last"::equals);
            int early = reducer.sent();
            Autograd.backward(weights.get("first").mul(10.0 * (rank + 1)).sum());
            reducer.send(name -> !name.equals("projector"));
            int later = reducer.sent();
            Autograd.backward(weights.get("projector").mul(100.0 * (rank + 1)).sum());
            reducer.finish();
            System.out.print("sent " + early + " " + later);
            weights.all().values().forEach(weight -> {
                System.out.print(" " + Arrays.toString(Autograd.gradient(weight).toFloats()));
                Autograd.clearGradient(weight);
            });
            System.out.println();
        }
    }
}
