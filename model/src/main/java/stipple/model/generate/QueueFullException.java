package stipple.model.generate;

import stipple.torch.UserException;

/** The engine has as many waiting requests as it takes; a later try may succeed. */
public final class QueueFullException extends UserException {
    private static final long serialVersionUID = 1L;

    QueueFullException(int waiting) {
        super(waiting + " requests are waiting already and no more are taken; try again later");
    }
}
