package stipple.server.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import stipple.server.draw.Drawer;
import stipple.server.draw.ServedModel;
import stipple.server.log.EventLog;
import stipple.server.metrics.ServerMetrics;
import stipple.server.store.Job;
import stipple.server.store.JobLeases;
import stipple.server.store.JobState;
import stipple.server.store.JobStore;
import stipple.server.store.StoreException;

/**
 * Two threads: one claims jobs whenever the drawer has a slot free, the other renews leases, notes progress, takes up what
 * dead processes left, and removes what has expired.
 */
final class JobDispatcher implements AutoCloseable {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int TICKS_BETWEEN_EXPIRIES = 60;

    private final JobStore store;
    private final JobLeases leases;
    private final ServedModel model;
    private final Drawer drawer;
    private final JobLimits limits;
    private final boolean alone;
    private final JobHub hub;
    private final ServerMetrics metrics;
    private final EventLog log;
    private final SpeedMeter speed = new SpeedMeter();
    private final Map<String, JobRun> runs = new ConcurrentHashMap<>();
    private final List<Thread> workers = new ArrayList<>();
    private final Semaphore work = new Semaphore(0);
    private final Thread claiming;
    private final Thread keeping;
    private volatile boolean closing;

    JobDispatcher(
            JobStore store,
            JobLeases leases,
            ServedModel model,
            Drawer drawer,
            JobLimits limits,
            boolean alone,
            JobHub hub,
            ServerMetrics metrics,
            EventLog log) {
        this.store = store;
        this.leases = leases;
        this.model = model;
        this.drawer = drawer;
        this.limits = limits;
        this.alone = alone;
        this.hub = hub;
        this.metrics = metrics;
        this.log = log;
        recover(alone);
        claiming = Thread.ofVirtual().name("job-claims").start(this::claimForEver);
        keeping = Thread.ofVirtual().name("job-leases").start(this::keepForEver);
    }

    void wake() {
        work.release();
    }

    boolean alone() {
        return alone;
    }

    SpeedMeter speed() {
        return speed;
    }

    int drawing() {
        return runs.size();
    }

    Optional<JobRun> run(String job) {
        return Optional.ofNullable(runs.get(job));
    }

    private void claimForEver() {
        while (!closing) {
            try {
                // Other processes accept jobs too, and tell nobody.
                boolean told = work.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (told) {
                    work.drainPermits();
                }
                claimAll();
            } catch (InterruptedException e) {
                return;
            } catch (StoreException failure) {
                report("claiming_failed", failure);
            }
        }
    }

    private void claimAll() {
        while (!closing && runs.size() < drawer.slots()) {
            Optional<Job> claimed = leases.claim(System.currentTimeMillis());
            if (claimed.isEmpty()) {
                return;
            }
            Job job = claimed.get();
            JobRun run = new JobRun(job, store, model, drawer, hub, metrics, speed);
            runs.put(job.id(), run);
            metrics.started(Duration.ofMillis(job.started().orElseThrow() - job.created()));
            Thread worker = Thread.ofVirtual().name("job-" + job.id()).unstarted(() -> draw(run));
            synchronized (workers) {
                workers.add(worker);
            }
            worker.start();
        }
    }

    private void draw(JobRun run) {
        Job job = run.job();
        try {
            hub.publish(job.id(), new JobEvent.Moved(JobState.GENERATING));
            over(run, run.draw());
        } catch (RuntimeException failure) {
            log.error("job_lost", failure, "job", job.id());
            metrics.error("database");
        } finally {
            runs.remove(job.id());
            synchronized (workers) {
                workers.remove(Thread.currentThread());
            }
            wake();
        }
    }

    private void over(JobRun run, JobRun.Outcome outcome) {
        Job job = run.job();
        if (outcome.cause() != null) {
            metrics.error(outcome.failure().code());
            if (outcome.failure().code().equals("internal_error")) {
                log.error(
                        "job_failed",
                        outcome.cause(),
                        "job",
                        job.id(),
                        "request_id",
                        job.spec().requestId());
            }
        }
        // An end that only the server's own end caused is none: the job goes on after the next start.
        boolean interrupted = closing && outcome.state() == JobState.CANCELLED && job.origin() == Job.Origin.JOB;
        if (interrupted && !wanted(job)) {
            leases.release(job.id());
            hub.publish(job.id(), new JobEvent.Moved(JobState.QUEUED));
            return;
        }
        long now = System.currentTimeMillis();
        boolean own = leases.finish(
                job.id(), outcome.state(), outcome.failure(), run.progress().tokens(), now);
        metrics.over(outcome.state().id(), job.edit() ? "edit" : "generation", run.elapsed());
        log.info(
                "job",
                "job",
                job.id(),
                "request_id",
                job.spec().requestId(),
                "state",
                own ? outcome.state().id() : "taken_over",
                "pictures",
                job.spec().count(),
                "waited_ms",
                job.started().orElse(now) - job.created(),
                "drawn_ms",
                run.elapsed().toMillis());
        hub.publish(job.id(), new JobEvent.Over(outcome.state(), Optional.ofNullable(outcome.failure())));
    }

    /** Whether somebody asked for the end of a job. */
    private boolean wanted(Job job) {
        return store.find(job.id()).map(Job::cancelRequested).orElse(true);
    }

    private void keepForEver() {
        int ticks = 0;
        while (!closing) {
            try {
                Thread.sleep(TICK);
                leases.renew(System.currentTimeMillis()).forEach(id -> run(id).ifPresent(JobRun::stop));
                runs.values()
                        .forEach(run ->
                                leases.progress(run.job().id(), run.progress().tokens()));
                if (!alone) {
                    recover(false);
                }
                if (++ticks % TICKS_BETWEEN_EXPIRIES == 0 && !limits.keep().isZero()) {
                    expire();
                }
            } catch (InterruptedException e) {
                return;
            } catch (StoreException failure) {
                report("keeping_failed", failure);
            }
        }
    }

    /** Threads that are interrupted at the end may fail in the middle of a statement. */
    private void report(String event, StoreException failure) {
        if (!closing) {
            log.error(event, failure);
            metrics.error("database");
        }
    }

    private void recover(boolean everyOther) {
        int recovered = leases.recover(System.currentTimeMillis(), everyOther);
        if (recovered > 0) {
            metrics.recovered(recovered);
            log.info("recovered", "jobs", recovered);
            wake();
        }
    }

    private void expire() {
        long now = System.currentTimeMillis();
        int expired = store.expire(now - limits.keep().toMillis(), now);
        if (expired > 0) {
            log.info("expired", "jobs", expired);
        }
    }

    @Override
    public void close() {
        closing = true;
        claiming.interrupt();
        keeping.interrupt();
        runs.values().forEach(JobRun::stop);
        List<Thread> open;
        synchronized (workers) {
            open = List.copyOf(workers);
        }
        try {
            claiming.join();
            keeping.join();
            for (Thread worker : open) {
                worker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
