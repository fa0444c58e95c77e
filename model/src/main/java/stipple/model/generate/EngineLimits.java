package stipple.model.generate;

import stipple.model.decode.DecodeBackend;
import stipple.model.load.AvailableMemory;
import stipple.torch.UserException;

/**
 * What a {@link DrawingEngine} takes on.
 *
 * @param pictures most pictures drawn side by side
 * @param waiting most requests of which no picture has begun
 * @param cacheBytes most memory for keys and values
 */
public record EngineLimits(int pictures, int waiting, long cacheBytes) {
    private static final int SIDE_BY_SIDE = 16;
    private static final int TAKING_TURNS = 4;
    private static final int WAITING = 64;
    /** Of the memory that is free when the engine starts, so that activations and the system have the rest. */
    private static final int SHARE = 4;

    /** Checks that something can be drawn. */
    public EngineLimits {
        if (pictures < 1 || waiting < 1 || cacheBytes < 1) {
            throw new UserException("An engine needs room for at least one picture, one waiting request and one byte of"
                    + " cache, got " + pictures + ", " + waiting + " and " + cacheBytes);
        }
    }

    /** For the pictures of one request: side by side only where that is faster, because otherwise the first one is late. */
    static EngineLimits ofOneRequest(DecodeBackend backend) {
        return new EngineLimits(
                backend.gainsFromCompany() ? SIDE_BY_SIDE : 1, 1, Math.max(1, AvailableMemory.hostBytes() / SHARE));
    }

    /** Limits that suit this machine. */
    public static EngineLimits of(DecodeBackend backend) {
        int pictures = backend.gainsFromCompany() ? SIDE_BY_SIDE : TAKING_TURNS;
        return new EngineLimits(pictures, WAITING, Math.max(1, AvailableMemory.hostBytes() / SHARE));
    }
}
