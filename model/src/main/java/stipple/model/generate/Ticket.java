package stipple.model.generate;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A request that a {@link DrawingEngine} has taken. All methods may be called from any thread. */
public final class Ticket {
    private final long id;
    private final DrawingListener listener;
    private final DrawJob job;
    private final Deque<Runnable> calls = new ArrayDeque<>();
    private final CompletableFuture<DrawingOutcome> outcome = new CompletableFuture<>();
    private boolean calling;
    private volatile int position;
    private volatile Progress progress;

    /** Where a request is. */
    public enum State {
        /** No picture has begun. */
        WAITING,
        /** At least one has. */
        DRAWING,
        /** It is over, one way or another. */
        ENDED
    }

    /**
     * How far a request is.
     *
     * @param tokens image tokens drawn of all its pictures
     * @param totalTokens image tokens to draw of all its pictures
     * @param pictures pictures complete
     * @param totalPictures pictures asked for
     */
    public record Progress(int tokens, int totalTokens, int pictures, int totalPictures) {}

    Ticket(long id, RequestPlan plan, DrawingListener listener) {
        this.id = id;
        this.listener = listener;
        int count = plan.request().count();
        this.progress = new Progress(0, count * plan.tokens(), 0, count);
        this.job = new DrawJob(plan, new Mail());
    }

    DrawJob job() {
        return job;
    }

    /** A number that is unique in its engine, rising in the order of arrival. */
    public long id() {
        return id;
    }

    /** Where the request is. */
    public State state() {
        if (outcome.isDone()) {
            return State.ENDED;
        }
        return position > 0 ? State.WAITING : State.DRAWING;
    }

    /** Its place among the waiting requests from 1, or 0 once it is being drawn. */
    public int position() {
        return position;
    }

    void position(int place) {
        position = place;
    }

    /** How far it is. */
    public Progress progress() {
        return progress;
    }

    /** How it ended, empty until then. The listener has been told everything, or is about to be. */
    public Optional<DrawingOutcome> outcome() {
        return Optional.ofNullable(outcome.getNow(null));
    }

    /** Asks for an end, which comes within one token; too late is no error. */
    public void cancel() {
        job.cancel();
    }

    /** Waits for the end; empty if it did not come in time. */
    public Optional<DrawingOutcome> await(Duration limit) throws InterruptedException {
        try {
            return Optional.of(outcome.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Takes events on the engine's thread and hands them on on another. */
    private final class Mail implements DrawJob.Sink {
        @Override
        public void event(GenerationEvent event) {
            Progress before = progress;
            switch (event) {
                case GenerationEvent.PromptReady begun -> position = 0;
                case GenerationEvent.RowDrawn row ->
                    progress =
                            new Progress(row.tokens(), before.totalTokens(), before.pictures(), before.totalPictures());
                case GenerationEvent.PictureFinished done ->
                    progress = new Progress(
                            before.tokens(), before.totalTokens(), before.pictures() + 1, before.totalPictures());
                case GenerationEvent.PartialPicture partial -> {}
            }
            post(new Delivery(event));
        }

        @Override
        public void ended(DrawingOutcome how) {
            post(() -> listener.ended(how));
            outcome.complete(how);
        }
    }

    private final class Delivery implements Runnable {
        private final GenerationEvent event;

        Delivery(GenerationEvent event) {
            this.event = event;
        }

        @Override
        public void run() {
            listener.event(event);
        }

        boolean outdatedBy(GenerationEvent newer) {
            return job.plan().request().previews().replaceable()
                    && event instanceof GenerationEvent.PartialPicture old
                    && newer instanceof GenerationEvent.PartialPicture fresh
                    && old.picture() == fresh.picture();
        }
    }

    private void post(Runnable call) {
        synchronized (calls) {
            if (call instanceof Delivery fresh) {
                calls.removeIf(old -> old instanceof Delivery delivery && delivery.outdatedBy(fresh.event));
            }
            calls.add(call);
            if (!calling) {
                calling = true;
                Thread.ofVirtual().name("drawing-" + id).start(this::deliver);
            }
        }
    }

    private void deliver() {
        while (true) {
            Runnable call;
            synchronized (calls) {
                call = calls.poll();
                if (call == null) {
                    calling = false;
                    return;
                }
            }
            try {
                call.run();
            } catch (RuntimeException e) {
                System.getLogger(Ticket.class.getName())
                        .log(System.Logger.Level.ERROR, "The listener of request " + id + " failed", e);
            }
        }
    }
}
