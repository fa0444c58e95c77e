package stipple.torch.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Writes one field after the other into a structure of {@code stp_decode.h}, all of whose fields are eight bytes wide.
 */
public final class Words {
    /** Bytes of a field. */
    public static final int BYTES = 8;

    private final MemorySegment target;
    private long at;

    /** A writer from the beginning of a segment. */
    public Words(MemorySegment target) {
        this.target = target;
    }

    /** A whole number. */
    public Words put(long value) {
        target.set(JAVA_LONG, at, value);
        at += BYTES;
        return this;
    }

    /** A real number. */
    public Words put(double value) {
        target.set(JAVA_DOUBLE, at, value);
        at += BYTES;
        return this;
    }

    /** An address; whoever passes it keeps what it points to alive. */
    public Words put(MemorySegment address) {
        target.set(ADDRESS, at, address);
        at += BYTES;
        return this;
    }

    /** Fields written so far. */
    public int count() {
        return Math.toIntExact(at / BYTES);
    }
}
