package stipple.model.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import stipple.model.decode.DecodeBackend;
import stipple.model.decode.Prompt;
import stipple.model.decode.TokenDraw;
import stipple.model.load.NextStepCheckpoint;
import stipple.torch.Scope;

/**
 * Draws many requests side by side, one token of every picture per turn. A picture joins when its prompt is read and
 * leaves with its last token; between two turns some prompts are read and little is decoded, so that neither holds up those
 * who are being drawn. Belongs to one thread.
 */
final class DrawScheduler implements AutoCloseable {
    /** Tokens of prompts that are read between two turns, the first request's prompts in any case. */
    private static final int READ_AT_ONCE = 128;

    private final DecodeBackend backend;
    private final PictureCoder coder;
    private final PromptPool prompts;
    private final EngineLimits limits;
    private final CacheRoom room;
    private final int tokenWidth;
    private final List<DrawJob> jobs = new ArrayList<>();
    private final List<PictureDraw> active = new ArrayList<>();
    private final DrawCounters counters = new DrawCounters();
    private final DecodeTurns decoding;

    DrawScheduler(NextStepCheckpoint checkpoint, DecodeBackend backend, EngineLimits limits) {
        this.backend = backend;
        this.coder = new PictureCoder(checkpoint);
        this.prompts = new PromptPool(backend);
        this.limits = limits;
        this.room = new CacheRoom(backend, limits);
        this.tokenWidth = checkpoint.config().latent().tokenWidth();
        this.decoding = new DecodeTurns(coder, counters, this::end);
    }

    /** Takes a job on. */
    void add(DrawJob job) {
        jobs.add(job);
    }

    /** Whether there is anything to do. */
    boolean busy() {
        return !jobs.isEmpty();
    }

    /** Jobs not yet begun, in order of arrival. */
    List<DrawJob> waiting() {
        return jobs.stream().filter(job -> !job.started()).toList();
    }

    int drawing() {
        return active.size();
    }

    DrawCounters counters() {
        return counters;
    }

    long promptsRead() {
        return prompts.reads();
    }

    /** One round. */
    void turn() {
        try (Scope scope = Scope.open()) {
            dropCancelled();
            decoding.turn(active);
            admit();
            advance();
            jobs.removeIf(DrawJob::ended);
        }
    }

    private void dropCancelled() {
        for (DrawJob job : jobs) {
            if (job.cancelled()) {
                end(job, new DrawingOutcome.Cancelled());
            }
        }
        jobs.removeIf(DrawJob::ended);
    }

    /** Ends a job and frees what its pictures hold. */
    private void end(DrawJob job, DrawingOutcome outcome) {
        active.stream().filter(picture -> picture.job() == job).forEach(PictureDraw::close);
        active.removeIf(picture -> picture.job() == job);
        decoding.drop(job);
        job.end(outcome);
        counters.ended(outcome);
    }

    // ---- joining

    private void admit() {
        readPrompts();
        while (active.size() < limits.pictures()) {
            // Who has least gets more; among equals the one who has waited longest.
            Optional<DrawJob> next =
                    jobs.stream().filter(DrawJob::waiting).min(Comparator.comparingInt(DrawJob::active));
            // One that does not fit waits, and the others behind it: small requests must not keep a large one out.
            if (next.isEmpty()
                    || next.get().prompts().isEmpty()
                    || !(active.isEmpty() || fits(room.ownPositions(next.get().plan())))) {
                return;
            }
            join(next.get());
        }
    }

    /** Reads the prompts of those whose turn has come, as many in one pass as there is room for. */
    private void readPrompts() {
        List<DrawJob> next = new ArrayList<>();
        List<DecodeBackend.Reading> readings = new ArrayList<>();
        long positions = 0;
        for (DrawJob job : List.copyOf(jobs)) {
            if (!job.waiting() || !job.prompts().isEmpty()) {
                continue;
            }
            positions += room.promptPositions(job.plan()) + room.ownPositions(job.plan());
            boolean alone = active.isEmpty() && next.isEmpty();
            if (active.size() + next.size() == limits.pictures() || !(alone || fits(positions))) {
                break;
            }
            try {
                readings.addAll(job.readings(coder));
            } catch (RuntimeException e) {
                end(job, new DrawingOutcome.Failed(e));
                continue;
            }
            if (!next.isEmpty() && prompts.unread(readings) > READ_AT_ONCE) {
                break;
            }
            next.add(job);
        }
        read(next);
    }

    private void read(List<DrawJob> together) {
        try {
            List<DecodeBackend.Reading> readings = together.stream()
                    .flatMap(job -> job.readings(coder).stream())
                    .toList();
            List<Prompt> held = prompts.hold(readings);
            int from = 0;
            for (DrawJob job : together) {
                int to = from + job.readings(coder).size();
                job.prompts(held.subList(from, to));
                from = to;
            }
        } catch (RuntimeException e) {
            if (together.size() == 1) {
                end(together.getFirst(), new DrawingOutcome.Failed(e));
                return;
            }
            // Whose fault it is shows when each is read by itself.
            together.forEach(job -> read(List.of(job)));
        }
    }

    private boolean fits(long morePositions) {
        return room.fits(positions(), morePositions);
    }

    private long positions() {
        long own = active.stream()
                .mapToLong(picture -> room.ownPositions(picture.job().plan()))
                .sum();
        return prompts.positions() + own;
    }

    /** Bytes of keys and values in use. */
    long cacheBytes() {
        return room.bytes(positions());
    }

    private void join(DrawJob job) {
        try {
            PictureDraw picture = new PictureDraw(job, job.begin(), backend, tokenWidth);
            active.add(picture);
            job.event(new GenerationEvent.PromptReady(
                    picture.index(), job.plan().promptTokens(), job.plan().tokens()));
        } catch (RuntimeException e) {
            end(job, new DrawingOutcome.Failed(e));
        }
    }

    // ---- drawing

    private void advance() {
        if (active.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        List<PictureDraw> pictures = List.copyOf(active);
        List<TokenDraw> draws = pictures.stream().map(PictureDraw::next).toList();
        try {
            backend.advance(draws);
        } catch (RuntimeException e) {
            pictures.forEach(picture -> end(picture.job(), new DrawingOutcome.Failed(e)));
            return;
        }
        decoding.drew(System.nanoTime() - start);
        for (int i = 0; i < pictures.size(); i++) {
            accept(pictures.get(i), draws.get(i));
        }
    }

    private void accept(PictureDraw picture, TokenDraw draw) {
        DrawJob job = picture.job();
        if (job.ended()) {
            return;
        }
        try {
            if (draw.failure() != null) {
                throw draw.failure();
            }
            picture.accept(draw.token());
        } catch (RuntimeException e) {
            end(job, new DrawingOutcome.Failed(e));
            return;
        }
        counters.token(draw.evaluations());
        int drawn = job.countToken();
        int row = picture.rowCompleted();
        if (row > 0) {
            rowCompleted(picture, row, drawn);
        }
        if (picture.drawn()) {
            picture.close();
            active.remove(picture);
            decoding.add(picture);
        }
    }

    private void rowCompleted(PictureDraw picture, int row, int drawn) {
        DrawJob job = picture.job();
        RequestPlan plan = job.plan();
        int rows = plan.grid().rows();
        job.event(new GenerationEvent.RowDrawn(
                picture.index(), row, rows, drawn, plan.request().count() * plan.tokens()));
        Previews previews = plan.request().previews();
        if (!previews.after(row, plan.kept() / plan.grid().columns(), rows)) {
            return;
        }
        picture.previewRow(row);
        // A request that is drawn alone holds up nobody but itself, so every one of its rows is shown.
        boolean alone = active.stream().allMatch(other -> other.job() == job) && decoding.idle();
        if (alone || !previews.replaceable()) {
            decoding.preview(picture);
        }
    }

    /** Ends everything that is under way. */
    void endAll(DrawingOutcome outcome) {
        List.copyOf(jobs).forEach(job -> end(job, outcome));
        jobs.clear();
    }

    @Override
    public void close() {
        endAll(new DrawingOutcome.Cancelled());
    }
}
