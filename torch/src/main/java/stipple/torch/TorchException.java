package stipple.torch;

import java.util.function.Supplier;

/** A failure inside libtorch, reduced to its first line; the full text stays available as {@link #detail()}. */
public final class TorchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is, as far as its text tells. */
    public enum Kind {
        OUT_OF_MEMORY,
        SHAPE,
        DTYPE,
        DEVICE,
        CLOSED,
        OTHER
    }

    private final Kind kind;
    private final String detail;

    private TorchException(Kind kind, String message, String detail, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.detail = detail;
    }

    /** The class of failure. */
    public Kind kind() {
        return kind;
    }

    /** The complete native message, C++ frames included. */
    public String detail() {
        return detail;
    }

    static <T> T guard(Supplier<T> call) {
        try {
            return call.get();
        } catch (NullPointerException e) {
            if (String.valueOf(e.getMessage()).contains("is NULL")) {
                throw closed(e);
            }
            throw e;
        } catch (TorchException | UserException e) {
            throw e;
        } catch (RuntimeException e) {
            throw of(e);
        }
    }

    /** The failure of touching a tensor that is no longer there. */
    static TorchException closed() {
        return closed(null);
    }

    private static TorchException closed(NullPointerException cause) {
        String message = "A tensor was used after its scope closed";
        return new TorchException(Kind.CLOSED, message, cause == null ? message : cause.getMessage(), cause);
    }

    static TorchException of(RuntimeException e) {
        String detail = String.valueOf(e.getMessage());
        String first = detail.lines().findFirst().orElse(detail);
        String lower = first.toLowerCase(java.util.Locale.ROOT);
        Kind kind;
        if (lower.contains("out of memory") || lower.contains("can't allocate memory")) {
            kind = Kind.OUT_OF_MEMORY;
        } else if (lower.contains("size") || lower.contains("shape") || lower.contains("dimension")) {
            kind = Kind.SHAPE;
        } else if (lower.contains("dtype") || lower.contains("scalar type")) {
            kind = Kind.DTYPE;
        } else if (lower.contains("device") || lower.contains("cuda")) {
            kind = Kind.DEVICE;
        } else {
            kind = Kind.OTHER;
        }
        return new TorchException(kind, first, detail, e);
    }
}
