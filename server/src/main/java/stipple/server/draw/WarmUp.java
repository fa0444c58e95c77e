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
        CompletableFuture<Void> read = new CompletableFuture<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        Drawer.Handle handle = drawer.submit(request, new Drawer.Listener() {
            @Override
            public void event(GenerationEvent event) {
                // The first one tells that the prompt was read.
                read.complete(null);
            }

            @Override
            public void finished() {
                end(null);
            }

            @Override
            public void cancelled() {
                end(null);
            }

            @Override
            public void failed(Throwable failure) {
                end(failure);
            }

            private void end(Throwable failure) {
                if (failure == null) {
                    over.complete(null);
                } else {
                    over.completeExceptionally(failure);
                }
                read.complete(null);
            }
        });
        try {
            read.get();
            handle.cancel();
            over.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("The first picture cannot be drawn", failure.getCause());
        }
    }
}
