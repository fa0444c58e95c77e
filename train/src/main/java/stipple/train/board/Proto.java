package stipple.train.board;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the fields of one Protocol Buffers message; only the wire types that event files need. */
final class Proto {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** An integer field. */
    Proto integer(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    /** A double field. */
    Proto number(int field, double value) {
        tag(field, FIXED64);
        fixed(Double.doubleToLongBits(value), 8);
        return this;
    }

    /** A float field. */
    Proto single(int field, float value) {
        tag(field, FIXED32);
        fixed(Float.floatToIntBits(value), 4);
        return this;
    }

    /** A repeated double field, packed. */
    Proto numbers(int field, double[] values) {
        byte[] packed = new byte[8 * values.length];
        ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values);
        return bytes(field, packed);
    }

    /** A string field. */
    Proto text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A field that is itself a message. */
    Proto message(int field, Proto value) {
        return bytes(field, value.bytes());
    }

    /** A bytes field. */
    Proto bytes(int field, byte[] value) {
        tag(field, BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    /** The message. */
    byte[] bytes() {
        return out.toByteArray();
    }

    private void tag(int field, int type) {
        varint(((long) field << 3) | type);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private void fixed(long bits, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (bits >>> (8 * i)));
        }
    }
}
