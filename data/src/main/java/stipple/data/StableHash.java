package stipple.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Choices that depend on a text alone: the same in every run, on every machine, whatever else is in the set. */
public final class StableHash {
    private StableHash() {}

    /** The first 8 bytes of SHA-256 over salt, {@code |} and text. */
    public static long of(String salt, String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest((salt + "|" + text).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A uniform number in [0, 1). */
    public static double share(String salt, String text) {
        return (of(salt, text) >>> 11) * 0x1p-53;
    }

    /** An index below {@code size}. */
    public static int index(String salt, String text, int size) {
        return (int) Long.remainderUnsigned(of(salt, text), size);
    }
}
