package stipple.server.draw;

import java.util.OptionalLong;
import stipple.model.generate.GenerationEvent;
import stipple.model.generate.GenerationRequest;

/** Draws requests on threads of its own; everything here may be called from any thread. */
public interface Drawer extends AutoCloseable {
    /** How many requests it makes sense to hand over at a time. */
    int slots();

    /**
     * Takes a request.
     *
     * @param listener is told what happens, in order, on threads that it may hold up
     * @throws stipple.torch.UserException if the request does not suit the model
     */
    Handle submit(GenerationRequest request, Listener listener);

    /** Whether it can still draw. */
    boolean alive();

    /** Memory for keys and values in use, where it can be told. */
    default OptionalLong cacheBytes() {
        return OptionalLong.empty();
    }

    /** Cancels what is being drawn and waits for the threads to end. */
    @Override
    void close();

    /** A request that was taken. */
    interface Handle {
        /** Asks for an end within one token; the listener hears of it. */
        void cancel();
    }

    /** Hears of one request: events, and at the end one of the other three. */
    interface Listener {
        /** Something was drawn. */
        void event(GenerationEvent event);

        /** All pictures are there. */
        void finished();

        /** It was cancelled. */
        void cancelled();

        /** It cannot be drawn. */
        void failed(Throwable failure);
    }
}
