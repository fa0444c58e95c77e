package stipple.torch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/**
 * Processes that compute together, over libtorch's c10d. Every rank must call the same operations in the same order with
 * tensors of the same shapes and types. Operations write into the tensors they are given; the tensors must not be touched
 * until the operation was {@linkplain Work#await() awaited}.
 *
 * <p>Not thread-safe. A group in which an operation failed is broken: close it and leave.
 */
public final class ProcessGroup implements AutoCloseable {
    /** The library that moves the data. */
    public enum Transport {
        /** Tensors on the CPU, over TCP. */
        GLOO,
        /** Tensors on CUDA devices; one device per rank. */
        NCCL;

        /** Parses {@code gloo} or {@code nccl}. */
        public static Transport ofName(String name) {
            return switch (name) {
                case "gloo" -> GLOO;
                case "nccl" -> NCCL;
                default -> throw new UserException("Unknown transport '" + name + "'; use gloo or nccl");
            };
        }
    }

    private final Transport transport;
    private final int rank;
    private final int size;
    private final Duration timeout;
    private final GroupStore store;
    private final Heartbeat heartbeat;
    private final Backend backend;

    private ProcessGroup(
            Transport transport,
            int rank,
            int size,
            Duration timeout,
            GroupStore store,
            Heartbeat heartbeat,
            Backend backend) {
        this.transport = transport;
        this.rank = rank;
        this.size = size;
        this.timeout = timeout;
        this.store = store;
        this.heartbeat = heartbeat;
        this.backend = backend;
    }

    /**
     * Joins a group and waits until all its ranks have joined.
     *
     * @param rank number of this process, from 0
     * @param size number of processes
     * @param timeout limit for joining and for every later operation
     * @throws UserException if ranks disagree or the transport is not in this build
     * @throws PeerLostException if not everybody came in time
     */
    public static ProcessGroup join(Transport transport, Rendezvous at, int rank, int size, Duration timeout) {
        NativeLibraries.load();
        switch (transport) {
            case GLOO -> NativeLibraries.loadGloo();
            case NCCL -> NativeLibraries.loadNccl();
        }
        GroupStore store = GroupStore.open(at, rank == 0 && !at.hosted(), timeout);
        GroupStore second = null;
        try {
            store.meet(rank, size, timeout);
            second = GroupStore.open(at, false, timeout);
            Heartbeat heartbeat = new Heartbeat(second, rank, size);
            Backend backend = TorchException.guard(() -> backend(transport, store, rank, size, timeout));
            return new ProcessGroup(transport, rank, size, timeout, store, heartbeat, backend);
        } catch (RuntimeException e) {
            // The second connection belongs to the heartbeat's thread, which may be in a call: it ends with the
            // process.
            if (second == null) {
                store.close();
            }
            throw e;
        }
    }

    private static Backend backend(Transport transport, GroupStore store, int rank, int size, Duration timeout) {
        try (Milliseconds limit = new Milliseconds(timeout.toMillis())) {
            return switch (transport) {
                case GLOO -> {
                    try (ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(limit);
                            GlooDeviceVector devices = new GlooDeviceVector()) {
                        devices.push_back(glooDevice(store));
                        options.devices(devices);
                        yield new ProcessGroupGloo(store.handle(), rank, size, options);
                    }
                }
                case NCCL -> {
                    try (ProcessGroupNCCL.Options options = ProcessGroupNCCL.Options.create()) {
                        options.timeout(limit);
                        yield new ProcessGroupNCCL(store.handle(), rank, size, options);
                    }
                }
            };
        }
    }

    private static org.bytedeco.pytorch.gloo.Device glooDevice(GroupStore store) {
        String interfaceName = System.getenv("GLOO_SOCKET_IFNAME");
        return interfaceName != null && !interfaceName.isEmpty()
                ? ProcessGroupGloo.createDeviceForInterface(interfaceName)
                : ProcessGroupGloo.createDeviceForHostname(store.localAddress());
    }

    /** Number of this process, from 0. */
    public int rank() {
        return rank;
    }

    /** Number of processes. */
    public int size() {
        return size;
    }

    /** Replaces each tensor by its sum over all ranks. */
    public void allReduce(List<Tensor> tensors) {
        startAllReduce(tensors).await();
    }

    /** Begins to replace each tensor by its sum over all ranks. */
    public Work startAllReduce(List<Tensor> tensors) {
        try (AllreduceOptions options = new AllreduceOptions()) {
            return start("all-reduce", tensors, v -> backend.allreduce(v, options));
        }
    }

    /** Replaces each tensor by that of one rank. */
    public void broadcast(List<Tensor> tensors, int root) {
        startBroadcast(tensors, root).await();
    }

    /** Begins to replace each tensor by that of one rank. */
    public Work startBroadcast(List<Tensor> tensors, int root) {
        try (BroadcastOptions options = new BroadcastOptions()) {
            options.rootRank(root);
            return start("broadcast", tensors, v -> backend.broadcast(v, options));
        }
    }

    /** Waits until every rank has come here. */
    public void barrier() {
        Work work = new Work("barrier");
        work.add(work.guarded(backend::barrier));
        work.await();
    }

    private interface Operation {
        org.bytedeco.pytorch.Work start(TensorVector tensors);
    }

    private Work start(String name, List<Tensor> tensors, Operation operation) {
        Work work = new Work(name);
        for (Tensor tensor : tensors) {
            // c10d takes several tensors in one call for copies of one value on several devices, not for several
            // values.
            try (TensorVector vector = new TensorVector(tensor.handle)) {
                work.add(work.guarded(() -> operation.start(vector)));
            }
        }
        return work;
    }

    /** An operation under way. */
    public final class Work {
        private final String name;
        private final List<org.bytedeco.pytorch.Work> parts = new ArrayList<>();

        private Work(String name) {
            this.name = name;
        }

        private void add(org.bytedeco.pytorch.Work part) {
            parts.add(part);
        }

        /**
         * Waits for the result.
         *
         * @throws PeerLostException if a rank died or did not take part within the time-out
         */
        public void await() {
            try {
                for (org.bytedeco.pytorch.Work part : parts) {
                    guarded(part::_wait);
                }
            } finally {
                parts.forEach(org.bytedeco.pytorch.Work::close);
                parts.clear();
            }
        }

        private <T> T guarded(Supplier<T> call) {
            try {
                return TorchException.guard(call);
            } catch (TorchException e) {
                throw new PeerLostException(
                        "Rank " + rank + " of " + size + ": the " + name + " failed because " + heartbeat.diagnose()
                                + " (" + reason(e.getMessage()) + ")",
                        e);
            }
        }
    }

    /** The native message without source paths: what happened, in a few words. */
    private String reason(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("timed out") || lower.contains("timeout")) {
            return "nothing for " + GroupStore.seconds(timeout);
        }
        if (lower.contains("closed by peer") || lower.contains("reset by peer") || lower.contains("broken pipe")) {
            return "connection closed";
        }
        return message.replaceFirst("^\\[[^\\]]*\\]\\s*", "");
    }

    /** Leaves the group. All ranks should have passed a {@link #barrier()} after their last operation. */
    @Override
    public void close() {
        backend.close();
        heartbeat.close();
        store.close();
    }

    @Override
    public String toString() {
        return "rank " + rank + " of " + size + " over " + transport.name().toLowerCase(Locale.ROOT);
    }
}
