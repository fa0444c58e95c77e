package stipple.eval.run;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import stipple.model.generate.DrawingEngine;
import stipple.model.generate.DrawingListener;
import stipple.model.generate.DrawingOutcome;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.Ticket;
import stipple.model.image.PixelImage;
import stipple.model.load.NextStepCheckpoint;

/**
 * Draws the pictures that a run lacks, several at a time, and writes each as soon as it is done. A picture depends on its
 * prompt and seed alone, never on its company, so a run may be stopped and continued anywhere.
 */
public final class PictureRun {
    private static final int IN_FLIGHT = 16;
    private static final Duration LIMIT = Duration.ofHours(12);

    private PictureRun() {}

    /** Hears how far a run is. */
    @FunctionalInterface
    public interface Progress {
        /** So many pictures are there of all. */
        void done(int pictures, int all);

        /** Something that people should know. */
        default void note(String line) {}
    }

    /** Draws everything that is not there yet. */
    public static void draw(
            NextStepCheckpoint checkpoint,
            RunFolder folder,
            List<PictureOrder> orders,
            DrawSettings settings,
            Progress progress) {
        List<PictureOrder> missing =
                orders.stream().filter(order -> !folder.has(order)).toList();
        long stale = missing.stream().filter(folder::isStale).count();
        if (stale > 0) {
            progress.note(stale + " of " + orders.size() + " pictures in " + folder.path()
                    + " were drawn for another prompt or input, or it is not known for which; they are drawn again");
        }
        int done = orders.size() - missing.size();
        progress.done(done, orders.size());
        if (missing.isEmpty()) {
            return;
        }
        try (DrawingEngine engine = new DrawingEngine(checkpoint)) {
            Deque<Drawing> open = new ArrayDeque<>();
            int next = 0;
            while (next < missing.size() || !open.isEmpty()) {
                if (next < missing.size() && open.size() < IN_FLIGHT) {
                    open.add(Drawing.begin(engine, missing.get(next++), settings));
                    continue;
                }
                Drawing first = open.remove();
                folder.write(first.order, first.await());
                progress.done(++done, orders.size());
            }
        }
    }

    /** A picture on its way. */
    private static final class Drawing implements DrawingListener {
        private final PictureOrder order;
        private Ticket ticket;
        private PixelImage picture;
        private boolean over;

        private Drawing(PictureOrder order) {
            this.order = order;
        }

        static Drawing begin(DrawingEngine engine, PictureOrder order, DrawSettings settings) {
            Drawing drawing = new Drawing(order);
            drawing.ticket = engine.submit(settings.request(engine.config(), order), drawing);
            return drawing;
        }

        @Override
        public synchronized void event(GenerationEvent event) {
            if (event instanceof GenerationEvent.PictureFinished done) {
                picture = done.image();
            }
        }

        @Override
        public synchronized void ended(DrawingOutcome outcome) {
            over = true;
            notifyAll();
        }

        PixelImage await() {
            try {
                DrawingOutcome outcome = ticket.await(LIMIT)
                        .orElseThrow(() -> new IllegalStateException("A picture was not drawn within " + LIMIT));
                if (outcome instanceof DrawingOutcome.Failed failed) {
                    throw failed.cause();
                }
                synchronized (this) {
                    while (!over) {
                        wait();
                    }
                    if (picture == null) {
                        throw new IllegalStateException("The drawing of '" + order.prompt() + "' was cancelled");
                    }
                    return picture;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while drawing", e);
            }
        }
    }
}
