package stipple.model.generate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import stipple.model.image.PixelImage;

/**
 * Which pixels are made between two turns of drawing: those of one finished picture, or else of one preview, as long as previews
 * take no more than their share of the time. Belongs to the thread of its {@link DrawScheduler}.
 */
final class DecodeTurns {
    /** Replaceable previews may take one part of the time to so many parts of drawing, while several requests are drawn. */
    private static final int DRAWING_PER_PREVIEW = 4;

    private final PictureCoder coder;
    private final DrawCounters counters;
    private final BiConsumer<DrawJob, DrawingOutcome> end;
    private final Deque<PictureDraw> undecoded = new ArrayDeque<>();
    private long previewDebt;

    /**
     * @param counters that count what is finished
     * @param end how a job ends
     */
    DecodeTurns(PictureCoder coder, DrawCounters counters, BiConsumer<DrawJob, DrawingOutcome> end) {
        this.coder = coder;
        this.counters = counters;
        this.end = end;
    }

    /** Takes on a picture that has all its tokens. */
    void add(PictureDraw picture) {
        undecoded.add(picture);
    }

    /** Forgets the pictures of a job. */
    void drop(DrawJob job) {
        undecoded.removeIf(picture -> picture.job() == job);
    }

    /** Whether no finished picture waits. */
    boolean idle() {
        return undecoded.isEmpty();
    }

    /** Tells how long tokens were drawn, in nanoseconds; previews earn their share of it. */
    void drew(long nanos) {
        previewDebt = Math.max(0, previewDebt - nanos / DRAWING_PER_PREVIEW);
    }

    /**
     * One picture that got its last token in an earlier turn, so that what happened then is told before; otherwise the newest
     * rows of a picture that has waited for a preview.
     */
    void turn(List<PictureDraw> active) {
        if (!undecoded.isEmpty()) {
            finish(undecoded.poll());
            return;
        }
        if (previewDebt > 0) {
            return;
        }
        active.stream().filter(picture -> picture.previewRow() > 0).findFirst().ifPresent(picture -> {
            long start = System.nanoTime();
            preview(picture);
            previewDebt = System.nanoTime() - start;
        });
    }

    /** Shows the rows of a picture that it has so far. */
    void preview(PictureDraw picture) {
        int row = picture.previewRow();
        picture.previewRow(0);
        try {
            PixelImage image = coder.decodePartial(
                    picture.tokens(), row, picture.job().plan().grid());
            picture.job().event(new GenerationEvent.PartialPicture(picture.index(), row, image));
        } catch (RuntimeException e) {
            end.accept(picture.job(), new DrawingOutcome.Failed(e));
        }
    }

    private void finish(PictureDraw picture) {
        DrawJob job = picture.job();
        try {
            PixelImage image = coder.decode(picture.tokens(), job.plan().grid());
            long seed = job.plan().request().seed() + picture.index();
            job.event(new GenerationEvent.PictureFinished(picture.index(), seed, image));
        } catch (RuntimeException e) {
            end.accept(job, new DrawingOutcome.Failed(e));
            return;
        }
        counters.picture();
        if (job.pictureFinished()) {
            end.accept(job, new DrawingOutcome.Finished());
        }
    }
}
