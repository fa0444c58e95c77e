package stipple.server.draw;

import java.util.OptionalLong;
import stipple.model.generate.DrawingEngine;
import stipple.model.generate.DrawingListener;
import stipple.model.generate.DrawingOutcome;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.GenerationRequest;
import stipple.model.generate.Ticket;

/** Draws on the engine, which owns the thread that calls libtorch and draws the requests of many callers side by side. */
public final class EngineDrawer implements Drawer {
    private final DrawingEngine engine;

    /** Starts an engine for a model. */
    public EngineDrawer(ServedModel model) {
        this.engine = new DrawingEngine(model.checkpoint());
    }

    @Override
    public int slots() {
        return engine.status().limits().pictures();
    }

    @Override
    public Handle submit(GenerationRequest request, Listener listener) {
        Ticket ticket = engine.submit(request, new DrawingListener() {
            @Override
            public void event(GenerationEvent event) {
                listener.event(event);
            }

            @Override
            public void ended(DrawingOutcome outcome) {
                switch (outcome) {
                    case DrawingOutcome.Finished finished -> listener.finished();
                    case DrawingOutcome.Cancelled cancelled -> listener.cancelled();
                    case DrawingOutcome.Failed failed -> listener.failed(failed.cause());
                }
            }
        });
        return ticket::cancel;
    }

    @Override
    public boolean alive() {
        return engine.alive();
    }

    @Override
    public OptionalLong cacheBytes() {
        return OptionalLong.of(engine.status().cacheBytes());
    }

    @Override
    public void close() {
        engine.close();
    }
}
