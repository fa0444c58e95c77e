package stipple.train.parallel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import stipple.model.nn.Weights;
import stipple.torch.Autograd;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.ProcessGroup;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.UserException;
import stipple.train.objective.Objective;

/** Replicas in several processes, connected by a process group. */
public final class ReplicaGroup implements Replicas {
    private final ProcessGroup group;
    private final Cluster cluster;
    private final Map<Weights, GradientReducer> reducers = new LinkedHashMap<>();

    private ReplicaGroup(ProcessGroup group, Cluster cluster) {
        this.group = group;
        this.cluster = cluster;
    }

    /** Joins the other processes; returns when all are there. */
    public static ReplicaGroup join(Cluster cluster) {
        ProcessGroup group = ProcessGroup.join(
                cluster.transport(), cluster.meeting(), cluster.rank(), cluster.size(), cluster.timeout());
        return new ReplicaGroup(group, cluster);
    }

    @Override
    public int rank() {
        return group.rank();
    }

    @Override
    public int size() {
        return group.size();
    }

    @Override
    public void align(Weights weights) {
        boolean onCpu = weights.all().values().stream().anyMatch(t -> t.device().equals(Device.CPU));
        if (cluster.transport() == ProcessGroup.Transport.NCCL && onCpu) {
            throw new UserException(
                    "NCCL moves tensors between CUDA devices, but the weights are on the CPU; set STIPPLE_TRANSPORT=gloo");
        }
        broadcast(List.copyOf(weights.all().values()), 0);
        long own = Fingerprint.of(weights);
        long leading = fromLeader(own);
        if (any(own != leading)) {
            throw new UserException("Rank " + rank() + " of " + size() + ": the weights differ between the processes"
                    + (own != leading ? "; mine are not those of rank 0" : "")
                    + ". All processes must run the same build with the same recipe");
        }
    }

    private void broadcast(List<Tensor> tensors, int root) {
        for (Bucket bucket : Bucket.pack(tensors, GradientReducer.BUCKET_BYTES)) {
            try (Scope scope = Scope.open()) {
                Tensor flat = Autograd.off(() -> Bucket.flatten(bucket.members()));
                group.broadcast(List.of(flat), root);
                if (rank() != root) {
                    List<Tensor> views = bucket.views(flat);
                    for (int i = 0; i < views.size(); i++) {
                        Tensor target = bucket.members().get(i);
                        Tensor source = views.get(i);
                        Autograd.off(() -> target.copyInPlace(source));
                    }
                }
            }
        }
    }

    @Override
    public Objective.GradientsReady duringBackward(Weights weights) {
        return reducer(weights)::send;
    }

    @Override
    public void sumGradients(Weights weights) {
        reducer(weights).finish();
    }

    private GradientReducer reducer(Weights weights) {
        return reducers.computeIfAbsent(
                weights, w -> new GradientReducer(group, w.all(), GradientReducer.BUCKET_BYTES));
    }

    @Override
    public Map<String, Double> sum(Map<String, Double> values) {
        try (Scope scope = Scope.open()) {
            List<Tensor> parts = new ArrayList<>();
            values.values().forEach(value -> parts.add(Tensors.full(value, DType.F64)));
            Tensor row = onDevice(Tensors.stack(parts, 0));
            group.allReduce(List.of(row));
            Map<String, Double> sums = new LinkedHashMap<>();
            int i = 0;
            for (String name : values.keySet()) {
                sums.put(name, row.select(0, i++).item());
            }
            return sums;
        }
    }

    @Override
    public boolean any(boolean value) {
        return sum(Map.of("any", value ? 1.0 : 0.0)).get("any") > 0;
    }

    @Override
    public long fromLeader(long value) {
        try (Scope scope = Scope.open()) {
            Tensor row = onDevice(Tensors.of(new long[] {value}, 1));
            group.broadcast(List.of(row), 0);
            return row.toLongs()[0];
        }
    }

    private Tensor onDevice(Tensor tensor) {
        return switch (cluster.transport()) {
            case GLOO -> tensor;
            case NCCL -> tensor.to(new Device(Device.Type.CUDA, cluster.localRank()));
        };
    }

    @Override
    public void barrier() {
        group.barrier();
    }

    @Override
    public Ownership ownership(Weights weights) {
        return cluster.sharded() ? Ownership.balanced(weights, rank(), size()) : Ownership.everything(rank());
    }

    @Override
    public void spread(Weights weights, Ownership ownership) {
        if (!ownership.divided()) {
            return;
        }
        for (int owner = 0; owner < size(); owner++) {
            int root = owner;
            List<Tensor> share = weights.all().entrySet().stream()
                    .filter(e -> ownership.owner(e.getKey()) == root)
                    .map(Map.Entry::getValue)
                    .toList();
            broadcast(share, root);
        }
    }

    @Override
    public void gather(
            Weights shapes, Map<String, Tensor> own, Ownership ownership, Consumer<Map.Entry<String, Tensor>> reader) {
        for (Map.Entry<String, Tensor> entry : shapes.all().entrySet()) {
            String name = entry.getKey();
            int owner = ownership.owner(name);
            try (Scope scope = Scope.open()) {
                Tensor value;
                if (ownership.own(name)) {
                    value = own.get(name);
                } else {
                    Tensor like = entry.getValue();
                    value = Tensors.empty(like.dtype(), like.shape()).to(like.device());
                }
                if (ownership.divided()) {
                    group.broadcast(List.of(value), owner);
                }
                if (leads()) {
                    reader.accept(Map.entry(name, value));
                }
            }
        }
    }

    @Override
    public void close() {
        group.close();
    }
}
