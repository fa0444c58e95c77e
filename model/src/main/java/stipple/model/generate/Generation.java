package stipple.model.generate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import stipple.model.flow.NoiseSource;
import stipple.model.image.PixelImage;
import stipple.model.image.TokenGrid;
import stipple.torch.Rng;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/**
 * One request being drawn, as an iterator of events. Work happens inside {@link #next()}, on the thread that calls it,
 * which must be the same throughout; {@link #cancel()} may come from any thread and takes effect within one token.
 *
 * <p>Pictures are drawn one after the other, each with its own noise, so a picture depends on its seed alone and not on
 * how many others were asked for.
 */
public final class Generation implements Iterator<GenerationEvent>, AutoCloseable {
    private final GenerationEngine engine;
    private final GenerationRequest request;
    private final PreparedPrompt prompt;
    private final TokenGrid grid;
    private final Deque<GenerationEvent> ready = new ArrayDeque<>();
    private volatile boolean cancelled;
    private boolean closed;
    private int picture;
    private Rng rng;
    private TokenLoop loop;
    private Scope tokenOwner;
    private final List<Tensor> tokens = new ArrayList<>();

    Generation(GenerationEngine engine, GenerationRequest request, PreparedPrompt prompt) {
        this.engine = engine;
        this.request = request;
        this.prompt = prompt;
        this.grid = request.size().grid(engine.config().latent().pixelsPerToken());
    }

    /** Asks for an end; the next call of {@link #next()} throws {@link CancellationException}. */
    public void cancel() {
        cancelled = true;
    }

    @Override
    public boolean hasNext() {
        return !closed && (!ready.isEmpty() || picture < request.count());
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
            while (ready.isEmpty()) {
                checkCancelled();
                advance();
            }
            checkCancelled();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        return ready.poll();
    }

    private void checkCancelled() {
        if (cancelled) {
            throw new CancellationException("The request was cancelled");
        }
    }

    private void advance() {
        try (Scope scope = Scope.open()) {
            if (loop == null) {
                begin();
                return;
            }
            tokens.add(tokenOwner.adopt(loop.next()));
            if (tokens.size() % grid.columns() == 0) {
                rowDone(tokens.size() / grid.columns());
            }
            if (!loop.hasNext()) {
                finish();
            }
        }
    }

    private void begin() {
        rng = new Rng(request.seed() + picture);
        tokenOwner = Scope.detached();
        NoiseSource noise = NoiseSource.of(rng, 1, engine.config().latent().tokenWidth());
        loop = engine.start(prompt, request, grid, noise);
        ready.add(new GenerationEvent.PromptReady(picture, prompt.length(), grid.count()));
    }

    private void rowDone(int row) {
        int before = picture * grid.count();
        ready.add(new GenerationEvent.RowDrawn(
                picture, row, grid.rows(), before + tokens.size(), request.count() * grid.count()));
        if (request.previews() && row < grid.rows()) {
            ready.add(new GenerationEvent.PartialPicture(picture, row, engine.decodePartial(stacked(), row, grid)));
        }
    }

    private void finish() {
        PixelImage image = engine.decode(stacked(), grid);
        ready.add(new GenerationEvent.PictureFinished(picture, request.seed() + picture, image));
        picture++;
        release();
    }

    private Tensor stacked() {
        return Tensors.stack(tokens, 1);
    }

    private void release() {
        if (loop != null) {
            loop.close();
            rng.close();
            tokenOwner.close();
            tokens.clear();
            loop = null;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release();
            prompt.close();
            ready.clear();
        }
    }
}
