package stipple.train.rl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import stipple.model.NextStepModel;
import stipple.torch.Scope;
import stipple.torch.Torch;
import stipple.train.objective.BatchPart;

/**
 * Samples and judges the later parts of a batch while the earlier ones are trained on. All cores draw the first part; then the
 * drawing shrinks to half of them, and the other half trains; when the last part is there, training has all. Judges have a
 * thread of their own, so that waiting for one holds up neither.
 *
 * <p>Training stays strictly on-policy: gradients are summed over the parts of a batch and the weights move after the last of
 * them, so what is drawn ahead is drawn with the very weights that learn from it. A step uses the pictures of its own batch,
 * all of them and no others; drawing for the next batch begins when the weights have moved. How many threads a part gets
 * depends on its place in the batch and never on the clock, so a resumed run repeats every bit.
 */
final class RolloutsAhead implements AutoCloseable {
    private final int parts;
    private final int threads = Torch.threads();
    private final CoreClock clock;
    private final Draw draw;
    private final Judge judge;
    private final ExecutorService drawing = worker("rollouts");
    private final ExecutorService judging = worker("rewards");
    private final Map<Integer, CompletableFuture<Owned>> coming = new HashMap<>();
    private final Set<Scope> scopes = ConcurrentHashMap.newKeySet();

    /** Draws a part. */
    @FunctionalInterface
    interface Draw {
        /** Draws, in the current scope. */
        Sampled of(BatchPart part, long number, NextStepModel policy);
    }

    /** Judges a part. */
    @FunctionalInterface
    interface Judge {
        /** Judges; what is drawn stays where it is. */
        Round of(BatchPart part, long number, Sampled sampled);
    }

    private record Owned(Round round, Scope scope) {}

    /**
     * Nothing runs yet.
     *
     * @param parts of every batch
     */
    RolloutsAhead(int parts, CoreClock clock, Draw draw, Judge judge) {
        this.parts = parts;
        this.clock = clock;
        this.draw = draw;
        this.judge = judge;
    }

    private static ExecutorService worker(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** Threads that draw while others train. */
    private int few() {
        return Math.max(1, threads / 2);
    }

    /** What a part has sampled, in the current scope; waits for it. The calling thread has its share of the cores then. */
    Round take(BatchPart part, long number, NextStepModel policy) {
        int stride = part.batch() / parts;
        int index = part.from() / stride;
        if (index == 0) {
            begin(part, number, policy, stride);
        }
        Owned owned = join(coming.remove(part.from()));
        Torch.threads(index == parts - 1 ? threads : Math.max(1, threads - few()));
        try (Scope passing = Scope.open()) {
            owned.round().sampled().tensors().values().forEach(tensor -> passing.keep(passing.adopt(tensor)));
        }
        scopes.remove(owned.scope());
        owned.scope().close();
        return owned.round();
    }

    private void begin(BatchPart first, long number, NextStepModel policy, int stride) {
        if (!coming.isEmpty()) {
            throw new IllegalStateException("Pictures drawn by an earlier policy were left over");
        }
        for (int i = 0; i < parts; i++) {
            BatchPart part = new BatchPart(first.positions(), first.from() + i * stride, first.count());
            int wanted = i == 0 ? threads : few();
            clock.samples(true);
            coming.put(
                    part.from(),
                    CompletableFuture.supplyAsync(() -> drawn(part, number, policy, wanted), drawing)
                            .thenApplyAsync(owned -> judged(part, number, owned), judging)
                            .whenComplete((owned, failure) -> clock.samples(false)));
        }
    }

    private record Drawn(Sampled sampled, Scope scope) {}

    private Drawn drawn(BatchPart part, long number, NextStepModel policy, int wanted) {
        Torch.threads(wanted);
        Scope owner = Scope.detached();
        scopes.add(owner);
        try (Scope scope = Scope.open()) {
            Sampled sampled = draw.of(part, number, policy);
            sampled.tensors().values().forEach(owner::adopt);
            return new Drawn(sampled, owner);
        }
    }

    private Owned judged(BatchPart part, long number, Drawn drawn) {
        Torch.threads(few());
        try (Scope scope = Scope.open()) {
            return new Owned(judge.of(part, number, drawn.sampled()), drawn.scope());
        }
    }

    private Owned join(CompletableFuture<Owned> future) {
        clock.waits(true);
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        } finally {
            clock.waits(false);
        }
    }

    /** Waits for what is under way, and drops it. */
    @Override
    public void close() {
        drawing.shutdownNow();
        boolean interrupted = finished(drawing);
        judging.shutdownNow();
        interrupted |= finished(judging);
        coming.clear();
        List<Scope> left = new ArrayList<>(scopes);
        scopes.clear();
        left.forEach(Scope::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits to the end even when interrupted, because the threads use memory that is freed next; whether that happened. */
    private static boolean finished(ExecutorService worker) {
        boolean interrupted = false;
        while (true) {
            try {
                if (worker.awaitTermination(1, TimeUnit.MINUTES)) {
                    return interrupted;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
