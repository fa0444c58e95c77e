package stipple.model.generate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;

/**
 * One request being drawn, as an iterator of events. Work happens inside {@link #next()}, on the thread that calls it,
 * which must be the same throughout; {@link #cancel()} may come from any thread and takes effect within one token.
 *
 * <p>Where that is faster the pictures of a request are drawn side by side. Each has its own noise and depends on its seed
 * alone, not on how many others were asked for.
 */
public final class Generation implements Iterator<GenerationEvent>, AutoCloseable {
    private final DrawScheduler scheduler;
    private final DrawJob job;
    private final Deque<GenerationEvent> ready = new ArrayDeque<>();
    private DrawingOutcome outcome;
    private boolean closed;

    Generation(DrawScheduler scheduler, RequestPlan plan) {
        this.scheduler = scheduler;
        this.job = new DrawJob(plan, new DrawJob.Sink() {
            @Override
            public void event(GenerationEvent event) {
                ready.add(event);
            }

            @Override
            public void ended(DrawingOutcome how) {
                outcome = how;
            }
        });
        scheduler.add(job);
    }

    /** Asks for an end; the next call of {@link #next()} throws {@link CancellationException}. */
    public void cancel() {
        job.cancel();
    }

    @Override
    public boolean hasNext() {
        return !closed && (!ready.isEmpty() || outcome == null);
    }

    /**
     * Works until the next event.
     *
     * @throws CancellationException if the request was cancelled; its memory is free by then
     */
    @Override
    public GenerationEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        try {
            while (ready.isEmpty() && outcome == null) {
                requireWanted();
                scheduler.turn();
            }
            requireWanted();
            if (ready.isEmpty() && outcome instanceof DrawingOutcome.Failed failed) {
                throw failed.cause();
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        return ready.poll();
    }

    private void requireWanted() {
        if (job.cancelled()) {
            throw new CancellationException("The request was cancelled");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            scheduler.close();
            ready.clear();
        }
    }
}
