package stipple.train.parallel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import stipple.torch.Autograd;
import stipple.torch.ProcessGroup;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Sums gradients over processes right after the backward pass, bucket by bucket: while one bucket travels, the next is
 * flattened. Afterwards the gradients are views of the buckets, so nothing is copied back.
 */
final class GradientReducer {
    /** Large enough for the network, small enough that the first one is soon on its way. */
    static final long BUCKET_BYTES = 25L << 20;

    /** Buckets under way at a time: gradients never take up twice their memory. */
    private static final int IN_FLIGHT = 4;

    private final ProcessGroup group;
    private final List<Bucket> buckets;

    private record Travelling(Bucket bucket, Tensor flat, ProcessGroup.Work work) {}

    /** Buckets run from the last parameter to the first, as gradients become ready. */
    GradientReducer(ProcessGroup group, Iterable<Tensor> parameters, long bucketBytes) {
        this.group = group;
        List<Tensor> order = new ArrayList<>();
        parameters.forEach(order::add);
        Collections.reverse(order);
        this.buckets = Bucket.pack(order, bucketBytes);
    }

    int buckets() {
        return buckets.size();
    }

    /** Replaces every gradient, also a missing one, by the sum over all processes. */
    void sum() {
        Deque<Travelling> travelling = new ArrayDeque<>();
        try (Scope scope = Scope.open()) {
            for (Bucket bucket : buckets) {
                if (travelling.size() == IN_FLIGHT) {
                    arrive(travelling.remove());
                }
                Tensor flat = flatten(bucket);
                travelling.add(new Travelling(bucket, flat, group.startAllReduce(List.of(flat))));
            }
            travelling.forEach(GradientReducer::arrive);
        }
    }

    private static Tensor flatten(Bucket bucket) {
        try (Scope scope = Scope.open()) {
            return scope.keep(Autograd.off(() -> Bucket.flatten(gradients(bucket))));
        }
    }

    private static void arrive(Travelling arrived) {
        arrived.work().await();
        try (Scope scope = Scope.open()) {
            List<Tensor> views = Autograd.off(() -> arrived.bucket().views(arrived.flat()));
            for (int i = 0; i < views.size(); i++) {
                Autograd.setGradient(arrived.bucket().members().get(i), views.get(i));
            }
        }
        // The views hold the memory from here on.
        arrived.flat().close();
    }

    private static List<Tensor> gradients(Bucket bucket) {
        return bucket.members().stream()
                .map(p -> {
                    Tensor gradient = Autograd.gradient(p);
                    return gradient != null
                            ? gradient
                            : Tensors.zeros(p.dtype(), p.shape()).to(p.device());
                })
                .toList();
    }
}
