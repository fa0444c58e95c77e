package stipple.server.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events of one job for one reader. A reader that is too slow misses progress and
 * {@linkplain stipple.model.generate.Previews#replaceable() replaceable} previews that newer ones replace, never a preview
 * that was promised, a finished picture or the end, so its memory is bounded.
 */
public final class Subscription implements AutoCloseable {
    private static final int MOST_TRANSITORY = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<JobEvent> events = new ArrayDeque<>();
    private final Runnable leave;
    private int transitory;

    Subscription(Runnable leave) {
        this.leave = leave;
    }

    void offer(JobEvent event) {
        lock.lock();
        try {
            if (event.transitory() && ++transitory > MOST_TRANSITORY) {
                dropOldest(event.getClass());
            }
            events.add(event);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Drops one that the newer one of its kind replaces. */
    private void dropOldest(Class<?> kind) {
        Iterator<JobEvent> oldest = events.iterator();
        while (oldest.hasNext()) {
            if (kind.isInstance(oldest.next())) {
                oldest.remove();
                transitory--;
                return;
            }
        }
    }

    /**
     * The next event, or nothing if none comes in time.
     *
     * @throws InterruptedException if the reader is to stop
     */
    public Optional<JobEvent> next(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (events.isEmpty() && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
            JobEvent event = events.poll();
            if (event != null && event.transitory()) {
                transitory--;
            }
            return Optional.ofNullable(event);
        } finally {
            lock.unlock();
        }
    }

    /** Events that wait to be read. */
    int waiting() {
        lock.lock();
        try {
            return events.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        leave.run();
    }
}
