package stipple.server.jobs;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import stipple.server.draw.Drawer;
import stipple.server.draw.ServedModel;
import stipple.server.log.EventLog;
import stipple.server.metrics.ServerMetrics;
import stipple.server.store.Job;
import stipple.server.store.JobLeases;
import stipple.server.store.JobSpec;
import stipple.server.store.JobState;
import stipple.server.store.JobStore;
import stipple.server.store.SentPictures;

/** Accepts jobs and calls, has them drawn in turn, and tells about them. Safe to use from any thread. */
public final class JobService implements AutoCloseable {
    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(10);
    private static final Duration DRAIN_RETRY = Duration.ofSeconds(10);

    private final JobStore store;
    private final JobLeases leases;
    private final ServedModel model;
    private final JobLimits limits;
    private final ServerMetrics metrics;
    private final JobHub hub = new JobHub();
    private final JobDispatcher dispatcher;
    private final AtomicLong clock = new AtomicLong();
    private volatile boolean draining;

    /**
     * Takes up what was left and begins to draw.
     *
     * @param alone whether no other process uses the store
     */
    public JobService(
            JobStore store,
            JobLeases leases,
            ServedModel model,
            Drawer drawer,
            JobLimits limits,
            boolean alone,
            ServerMetrics metrics,
            EventLog log) {
        this.store = store;
        this.leases = leases;
        this.model = model;
        this.limits = limits;
        this.metrics = metrics;
        this.dispatcher = new JobDispatcher(store, leases, model, drawer, limits, alone, hub, metrics, log);
    }

    /** The jobs and pictures that are kept. */
    public JobStore store() {
        return store;
    }

    /**
     * Accepts a job.
     *
     * @param sent the pictures it needs
     * @param origin whether a call waits for it
     * @throws NotAccepted if the queue is full or the server is about to end
     */
    public Accepted submit(JobSpec spec, SentPictures sent, Job.Origin origin) {
        if (draining) {
            throw new NotAccepted(NotAccepted.Reason.DRAINING, "The server is shutting down", DRAIN_RETRY);
        }
        long now = now();
        boolean call = origin == Job.Origin.CALL;
        Job job = new Job(
                newId(),
                origin,
                JobState.QUEUED,
                now,
                OptionalLong.empty(),
                OptionalLong.empty(),
                call ? leases.owner() : "",
                0,
                false,
                0,
                model.id(),
                spec,
                Optional.empty());
        Subscription events = hub.subscribe(job.id());
        boolean accepted = false;
        try {
            accepted = store.insert(job, sent, call ? leases.until(now) : 0, limits.waiting())
                    == JobStore.Acceptance.ACCEPTED;
        } finally {
            if (!accepted) {
                events.close();
            }
        }
        if (!accepted) {
            throw new NotAccepted(
                    NotAccepted.Reason.FULL,
                    "The queue is full: " + limits.waiting() + " jobs are waiting",
                    retryAfter(now));
        }
        dispatcher.wake();
        return new Accepted(job, events);
    }

    /**
     * A job that was accepted.
     *
     * @param events what happens to it, to be closed by the caller
     */
    public record Accepted(Job job, Subscription events) {}

    /** Listens to a job from now on. */
    public Subscription subscribe(String id) {
        return hub.subscribe(id);
    }

    /** Whether all that happens to a job is heard here, because no other process can be drawing it. */
    public boolean hearsAll() {
        return dispatcher.alone();
    }

    /** How far a job is: from memory if it is drawn here, else as last noted. */
    public Progress progress(Job job) {
        return dispatcher.run(job.id()).map(JobRun::progress).orElseGet(() -> {
            int tokens = job.state() == JobState.COMPLETED ? job.spec().totalTokens() : job.tokensDrawn();
            return new Progress(0, 0, 0, tokens, job.spec().totalTokens(), eta(job, tokens));
        });
    }

    /** The newest preview of a job that is drawn here. */
    public Optional<Preview> preview(String id) {
        return dispatcher.run(id).flatMap(JobRun::preview);
    }

    private OptionalDouble eta(Job job, int tokens) {
        OptionalDouble speed = dispatcher.speed().tokensPerSecond();
        if (job.state().over() || speed.isEmpty()) {
            return OptionalDouble.empty();
        }
        long before = job.state() == JobState.QUEUED ? store.tokensAhead(job.created()) : 0;
        return OptionalDouble.of((before + job.spec().totalTokens() - tokens) / speed.getAsDouble());
    }

    private Duration retryAfter(long now) {
        OptionalDouble speed = dispatcher.speed().tokensPerSecond();
        if (speed.isEmpty()) {
            return SHORTEST_RETRY;
        }
        // When one of those that wait will have left the queue.
        double seconds = store.tokensAhead(now) / speed.getAsDouble() / Math.max(1, limits.waiting());
        Duration wait = Duration.ofMillis((long) (seconds * 1000));
        return wait.compareTo(SHORTEST_RETRY) < 0
                ? SHORTEST_RETRY
                : wait.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : wait;
    }

    /**
     * Ends a job that is not over yet.
     *
     * @param by who wants it: {@code client}, {@code disconnect}, {@code timeout}
     */
    public JobLeases.Cancellation cancel(String id, String by) {
        JobLeases.Cancellation result = leases.cancel(id, System.currentTimeMillis());
        if (result != JobLeases.Cancellation.TOO_LATE) {
            metrics.cancelled(by);
        }
        if (result == JobLeases.Cancellation.CANCELLED) {
            hub.publish(id, new JobEvent.Over(JobState.CANCELLED, Optional.empty()));
        } else {
            dispatcher.run(id).ifPresent(JobRun::stop);
        }
        return result;
    }

    /** Whether new jobs are refused because the server is about to end. */
    public boolean draining() {
        return draining;
    }

    /** Image tokens per second right now. */
    public double tokensPerSecond() {
        return dispatcher.speed().current(System.nanoTime());
    }

    /** Jobs that are being drawn here. */
    public int drawing() {
        return dispatcher.drawing();
    }

    /** Readers that listen to jobs. */
    public int readers() {
        return hub.readers();
    }

    /** Refuses new jobs, and waits until those that were accepted are over or the time is up. */
    public void drain(Duration patience) throws InterruptedException {
        draining = true;
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline && (dispatcher.drawing() > 0 || store.count(JobState.QUEUED) > 0)) {
            Thread.sleep(50);
        }
    }

    /** Stops drawing; unfinished jobs wait in the store for the next process, unfinished calls are cancelled. */
    @Override
    public void close() {
        draining = true;
        dispatcher.close();
    }

    /** Later than any moment given before, so that jobs have an order. */
    private long now() {
        return clock.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
    }

    private static String newId() {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
