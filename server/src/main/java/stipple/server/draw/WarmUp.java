package stipple.server.draw;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.GenerationRequest;

/**
 * Draws a token for nobody, so that the first client does not wait until weights are read from disk, memory is claimed and
 * code is compiled.
 */
public final class WarmUp {
    private static final String PROMPT = "a";

    private WarmUp() {}

    /**
     * Reads a short prompt and begins a picture, which is given up.
     *
     * @throws RuntimeException what the drawer failed by: it would fail everybody
     */
    public static void of(Drawer drawer, ServedModel model) throws InterruptedException {
        GenerationRequest request = GenerationRequest.with(model.config().generation())
                .prompt(PROMPT)
                .steps(1)
                .build();
        CompletableFuture<Void> over = new CompletableFuture<>();
        CompletableFuture<Drawer.Handle> handle = new CompletableFuture<>();
        handle.complete(drawer.submit(request, new Drawer.Listener() {
            @Override
            public void event(GenerationEvent event) {
                // The first one tells that the prompt was read.
                handle.thenAccept(Drawer.Handle::cancel);
            }

            @Override
            public void finished() {
                over.complete(null);
            }

            @Override
            public void cancelled() {
                over.complete(null);
            }

            @Override
            public void failed(Throwable failure) {
                over.completeExceptionally(failure);
            }
        }));
        try {
            over.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("The first picture cannot be drawn", failure.getCause());
        }
    }
}
