package stipple.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What the machine can do at best, to hold everything else against. Measured, because data sheets do not apply here. */
public final class MachineSpeed {
    private static final int SIDE = 1024;
    private static final int LEAST_RUNS = 3;
    private static final long MATMUL_NANOS = 200_000_000;

    /** Several times what the largest caches hold. */
    private static final long BUFFER = 512L << 20;

    private static final int READS = 8;

    private MachineSpeed() {}

    /** Floating-point operations per second of a 1024x1024 matrix product in a type, the best of a few. */
    public static double matmul(DType type) {
        return matmul(type, Device.CPU);
    }

    /** The same on a device; a card needs larger matrices to be busy. */
    public static double matmul(DType type, Device device) {
        long side = device.type() == Device.Type.CPU ? SIDE : 8L * SIDE;
        try (Scope scope = Scope.open();
                Rng rng = new Rng(0)) {
            Tensor a = rng.normal(side, side).to(type).to(device);
            Tensor b = rng.normal(side, side).to(type).to(device);
            long best = Long.MAX_VALUE;
            long began = System.nanoTime();
            for (int i = 0; i < LEAST_RUNS || System.nanoTime() - began < MATMUL_NANOS; i++) {
                long start = System.nanoTime();
                try (Scope inner = Scope.open()) {
                    // Reading one value waits for the product wherever it is computed.
                    double seen = Autograd.off(() -> a.matmul(b))
                            .select(0, 0)
                            .select(0, 0)
                            .item();
                    best = Double.isNaN(seen) ? best : Math.min(best, System.nanoTime() - start);
                }
            }
            return 2.0 * side * side * side / (best / 1e9);
        }
    }

    /**
     * Bytes per second at which so many threads together read memory that no cache holds, the best of a few passes in
     * plain loops. Needs half a gigabyte for a moment.
     */
    public static double readBandwidth(int threads) {
        try (Scope scope = Scope.open();
                ExecutorService team = Executors.newFixedThreadPool(threads)) {
            MemorySegment memory =
                    Tensors.full(1, DType.I64, BUFFER / DType.I64.bytes()).bytes();
            long best = Long.MAX_VALUE;
            for (int i = 0; i < READS; i++) {
                long start = System.nanoTime();
                long sum = read(memory, team, threads);
                long nanos = System.nanoTime() - start;
                if (sum != BUFFER / DType.I64.bytes()) {
                    throw new IllegalStateException("Read " + sum + " in place of " + BUFFER / DType.I64.bytes());
                }
                best = Math.min(best, nanos);
            }
            return BUFFER / (best / 1e9);
        }
    }

    /** Bytes per second that a card reads and writes, half of each, copying its own memory; the best of a few passes. */
    public static double cardBandwidth(Device card) {
        try (Scope scope = Scope.open()) {
            Tensor from = Tensors.empty(card, DType.U8, BUFFER).zeroInPlace();
            Tensor to = Tensors.empty(card, DType.U8, BUFFER);
            long best = Long.MAX_VALUE;
            for (int i = 0; i < READS; i++) {
                Cards.await(card);
                long start = System.nanoTime();
                to.copyInPlace(from);
                Cards.await(card);
                best = Math.min(best, System.nanoTime() - start);
            }
            return 2.0 * BUFFER / (best / 1e9);
        }
    }

    private static long read(MemorySegment memory, ExecutorService team, int threads) {
        long part = memory.byteSize() / threads / LINES * LINES;
        List<Callable<Long>> parts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            long from = i * part;
            long to = i == threads - 1 ? memory.byteSize() : from + part;
            parts.add(() -> sum(memory.asSlice(from, to - from)));
        }
        long sum = 0;
        try {
            for (Future<Long> done : team.invokeAll(parts)) {
                sum += done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while reading memory", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Could not read memory", e.getCause());
        }
        return sum;
    }

    private static final long LINES = 64;

    /** Eight independent sums keep as many loads in flight. */
    private static long sum(MemorySegment s) {
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        long e = 0;
        long f = 0;
        long g = 0;
        long h = 0;
        for (long i = 0; i < s.byteSize(); i += LINES) {
            a += s.get(ValueLayout.JAVA_LONG, i);
            b += s.get(ValueLayout.JAVA_LONG, i + 8);
            c += s.get(ValueLayout.JAVA_LONG, i + 16);
            d += s.get(ValueLayout.JAVA_LONG, i + 24);
            e += s.get(ValueLayout.JAVA_LONG, i + 32);
            f += s.get(ValueLayout.JAVA_LONG, i + 40);
            g += s.get(ValueLayout.JAVA_LONG, i + 48);
            h += s.get(ValueLayout.JAVA_LONG, i + 56);
        }
        return a + b + c + d + e + f + g + h;
    }
}
