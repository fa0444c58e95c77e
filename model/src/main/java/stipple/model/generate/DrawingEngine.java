package stipple.model.generate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stipple.model.config.ModelConfig;
import stipple.model.decode.DecodeBackend;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.UserException;

/**
 * Draws the requests of many callers side by side on one thread of its own: each joins when its turn comes and leaves with
 * its last token. A picture is the same alone and in company (see {@link DecodeBackend}); a request that fails or is
 * cancelled touches no other.
 *
 * <pre>{@code
 * try (DrawingEngine engine = new DrawingEngine(checkpoint)) {
 *     Ticket ticket = engine.submit(request, listener);
 *     ...
 *     engine.drain(Duration.ofMinutes(1));
 * }
 * }</pre>
 *
 * <p>Requests are admitted fairly: the one with the fewest pictures in the works gets the next place, among equals the
 * oldest. Memory for keys and values is bounded; who does not fit waits.
 */
public final class DrawingEngine implements AutoCloseable {
    private final NextStepCheckpoint checkpoint;
    private final DecodeBackend backend;
    private final EngineLimits limits;
    private final DrawScheduler scheduler;
    private final Thread thread;
    private final Object lock = new Object();
    private final List<Ticket> arrivals = new ArrayList<>();
    private final Map<DrawJob, Ticket> tickets = new HashMap<>();
    private long lastId;
    private int unfinished;
    private boolean draining;
    private boolean closing;
    private RuntimeException broken;
    private volatile EngineStatus status;

    /** An engine over a checkpoint, which it does not close and which nobody else may draw with meanwhile. */
    public DrawingEngine(NextStepCheckpoint checkpoint) {
        this(checkpoint, EngineLimits.of(checkpoint.decoder()));
    }

    /** The same with limits of one's own. */
    public DrawingEngine(NextStepCheckpoint checkpoint, EngineLimits limits) {
        this(checkpoint, checkpoint.decoder(), limits);
    }

    /** The same with another backend, which it does not close either. */
    public DrawingEngine(NextStepCheckpoint checkpoint, DecodeBackend backend, EngineLimits limits) {
        this.checkpoint = checkpoint;
        this.backend = backend;
        this.limits = limits;
        this.scheduler = new DrawScheduler(checkpoint, backend, limits);
        this.status = report(0);
        this.thread = Thread.ofPlatform().name("drawing-engine").start(this::run);
    }

    /** What the model is. */
    public ModelConfig config() {
        return checkpoint.config();
    }

    /** Whether it can draw: its thread runs. */
    public boolean alive() {
        return thread.isAlive();
    }

    /** What it does and has done. */
    public EngineStatus status() {
        return status;
    }

    /**
     * Takes a request.
     *
     * @param listener hears what becomes of it
     * @throws QueueFullException if too many are waiting
     * @throws EngineClosedException if the engine is shutting down
     * @throws UserException if the request does not suit the model or could never fit into the memory
     */
    public Ticket submit(GenerationRequest request, DrawingListener listener) {
        RequestPlan plan = RequestPlan.of(config(), checkpoint.tokenizer(), request);
        requireRoom(plan);
        synchronized (lock) {
            if (broken != null) {
                throw new IllegalStateException("The engine broke down: " + broken.getMessage(), broken);
            }
            if (draining || closing) {
                throw new EngineClosedException();
            }
            int waiting = waiting();
            if (waiting >= limits.waiting()) {
                throw new QueueFullException(waiting);
            }
            lastId++;
            unfinished++;
            Ticket ticket = new Ticket(lastId, plan, listener);
            ticket.position(waiting + 1);
            arrivals.add(ticket);
            tickets.put(ticket.job(), ticket);
            lock.notifyAll();
            return ticket;
        }
    }

    private void requireRoom(RequestPlan plan) {
        long needed = new CacheRoom(backend, limits).bytesAlone(plan);
        if (needed > limits.cacheBytes()) {
            throw new UserException("One picture of this request needs " + mebibytes(needed)
                    + " of keys and values and the engine has " + mebibytes(limits.cacheBytes())
                    + "; draw a smaller size, shorten the prompt, or switch guidance off");
        }
    }

    private static String mebibytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20) + " MiB";
    }

    private int waiting() {
        return (int) tickets.values().stream()
                .filter(ticket -> ticket.state() == Ticket.State.WAITING)
                .count();
    }

    /**
     * Takes no more requests and waits until those taken are done.
     *
     * @return whether they are; if not they go on, and {@link #close} cancels them
     */
    public boolean drain(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (lock) {
            draining = true;
            lock.notifyAll();
            while (unfinished > 0) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                lock.wait(left);
            }
            return true;
        }
    }

    /** Cancels what is left, frees its memory and ends the thread. */
    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the engine's thread

    private void run() {
        try {
            while (takeArrivals()) {
                scheduler.turn();
                settle();
            }
            scheduler.close();
        } catch (RuntimeException | Error e) {
            breakDown(e);
            throw e;
        } finally {
            settle();
        }
    }

    /** Waits until there is something to do; false if the engine is to end. */
    private boolean takeArrivals() {
        synchronized (lock) {
            while (!closing && arrivals.isEmpty() && !scheduler.busy()) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    // Nobody has a reason to interrupt this thread; close() is the way to end it.
                    closing = true;
                }
            }
            arrivals.forEach(ticket -> scheduler.add(ticket.job()));
            arrivals.clear();
            return !closing;
        }
    }

    /** Publishes positions and counts after a turn. */
    private void settle() {
        synchronized (lock) {
            List<DrawJob> waiting = scheduler.waiting();
            for (int i = 0; i < waiting.size(); i++) {
                tickets.get(waiting.get(i)).position(i + 1);
            }
            for (int i = 0; i < arrivals.size(); i++) {
                arrivals.get(i).position(waiting.size() + i + 1);
            }
            tickets.keySet().removeIf(DrawJob::ended);
            unfinished = tickets.size();
            status = report(waiting.size() + arrivals.size());
            lock.notifyAll();
        }
    }

    private EngineStatus report(int waiting) {
        DrawCounters counters = scheduler.counters();
        return new EngineStatus(
                backend.name(),
                waiting,
                scheduler.drawing(),
                scheduler.cacheBytes(),
                limits,
                counters.tokens(),
                counters.evaluations(),
                scheduler.promptsRead(),
                counters.pictures(),
                counters.finished(),
                counters.cancelled(),
                counters.failed());
    }

    /** Something that no request is to blame for: nobody must wait for pictures that will not come. */
    private void breakDown(Throwable cause) {
        RuntimeException failure = cause instanceof RuntimeException known
                ? known
                : new IllegalStateException("The engine broke down: " + cause, cause);
        synchronized (lock) {
            broken = failure;
            arrivals.forEach(ticket -> scheduler.add(ticket.job()));
            arrivals.clear();
        }
        scheduler.endAll(new DrawingOutcome.Failed(failure));
    }
}
