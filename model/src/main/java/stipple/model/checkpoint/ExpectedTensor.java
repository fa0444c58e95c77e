package stipple.model.checkpoint;

/**
 * A tensor a network has a place for.
 *
 * @param name canonical name
 * @param shape sizes
 * @param presence whether it must be there
 */
@SuppressWarnings("ArrayRecordComponent") // see StoredTensor
public record ExpectedTensor(String name, long[] shape, Presence presence) {
    /** Whether a tensor must be there. */
    public enum Presence {
        /** Must be there in this shape. */
        REQUIRED,
        /** May be there, then in this shape. */
        OPTIONAL,
        /** May be there in any shape and is not used. */
        IGNORED
    }

    /** A tensor that must be there. */
    public static ExpectedTensor required(String name, long... shape) {
        return new ExpectedTensor(name, shape, Presence.REQUIRED);
    }

    /** A tensor that may be there. */
    public static ExpectedTensor optional(String name, long... shape) {
        return new ExpectedTensor(name, shape, Presence.OPTIONAL);
    }

    /** A tensor that may be there and is not used. */
    public static ExpectedTensor ignored(String name) {
        return new ExpectedTensor(name, new long[0], Presence.IGNORED);
    }
}
