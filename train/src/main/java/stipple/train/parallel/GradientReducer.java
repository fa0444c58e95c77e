package stipple.train.parallel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import stipple.torch.Autograd;
import stipple.torch.ProcessGroup;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * Sums gradients over processes, bucket by bucket in an order that all share: during the backward pass as soon as a
 * bucket's gradients are complete, the rest right after it, each while the next is flattened. Afterwards the gradients are
 * views of the buckets, so nothing is copied back.
 */
final class GradientReducer {
    /** Large enough for the network, small enough that the first one is soon on its way. */
    static final long BUCKET_BYTES = 25L << 20;

    /** Buckets under way at a time: gradients never take up twice their memory. */
    private static final int IN_FLIGHT = 4;

    private final ProcessGroup group;
    private final long bucketBytes;
    private final IdentityHashMap<Tensor, String> names = new IdentityHashMap<>();
    private final Map<String, Integer> completed = new HashMap<>();
    private final Deque<Travelling> travelling = new ArrayDeque<>();
    private List<Bucket> buckets;
    private boolean learning = true;
    private int reports;
    private int sent;

    private record Travelling(Bucket bucket, Tensor flat, Scope owner, ProcessGroup.Work work) {}

    /** Buckets run from the last parameter to the first until a backward pass has shown in which order they complete. */
    GradientReducer(ProcessGroup group, Map<String, Tensor> parameters, long bucketBytes) {
        this.group = group;
        this.bucketBytes = bucketBytes;
        parameters.forEach((name, tensor) -> names.put(tensor, name));
        List<Tensor> order = new ArrayList<>(parameters.values());
        Collections.reverse(order);
        this.buckets = Bucket.pack(order, bucketBytes);
    }

    int buckets() {
        return buckets.size();
    }

    /** Buckets that are on their way or have arrived since the last {@link #finish}. */
    int sent() {
        return sent;
    }

    /**
     * Sends the next buckets as far as all their gradients are complete. The first pass is only watched: it tells in which
     * order to pack.
     */
    void send(Predicate<String> complete) {
        if (learning) {
            reports++;
            names.values().stream().filter(complete).forEach(name -> completed.putIfAbsent(name, reports));
        } else {
            sendComplete(complete);
        }
    }

    private void repack() {
        List<Tensor> order = new ArrayList<>();
        buckets.forEach(bucket -> order.addAll(bucket.members()));
        order.sort(Comparator.comparingInt(tensor -> completed.getOrDefault(names.get(tensor), Integer.MAX_VALUE)));
        buckets = Bucket.pack(order, bucketBytes);
        learning = false;
    }

    private void sendComplete(Predicate<String> complete) {
        while (sent < buckets.size()
                && buckets.get(sent).members().stream().map(names::get).allMatch(complete)) {
            if (travelling.size() == IN_FLIGHT) {
                arrive(travelling.remove());
            }
            Bucket bucket = buckets.get(sent++);
            // Outlives the backward pass that it is sent in, so no open scope may own it.
            Scope owner = Scope.detached();
            Tensor flat = flatten(bucket, owner);
            travelling.add(new Travelling(bucket, flat, owner, group.startAllReduce(List.of(flat))));
        }
    }

    /** Replaces every gradient, also a missing one, by the sum over all processes. */
    void finish() {
        if (learning) {
            repack();
        }
        sendComplete(name -> true);
        while (!travelling.isEmpty()) {
            arrive(travelling.remove());
        }
        sent = 0;
    }

    private static Tensor flatten(Bucket bucket, Scope owner) {
        try (Scope scope = Scope.open()) {
            return owner.adopt(Autograd.off(() -> Bucket.flatten(gradients(bucket))));
        }
    }

    private static void arrive(Travelling arrived) {
        // The views hold the memory from here on.
        try (Scope scope = Scope.open();
                Scope owner = arrived.owner()) {
            arrived.work().await();
            List<Tensor> views = Autograd.off(() -> arrived.bucket().views(arrived.flat()));
            for (int i = 0; i < views.size(); i++) {
                Autograd.setGradient(arrived.bucket().members().get(i), views.get(i));
            }
        }
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
