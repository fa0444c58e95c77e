package stipple.model.generate;

import stipple.torch.UserException;

/** The engine is shutting down and takes no more requests. */
public final class EngineClosedException extends UserException {
    private static final long serialVersionUID = 1L;

    EngineClosedException() {
        super("The engine is shutting down and takes no more requests");
    }
}
