package stipple.train.board;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The framing of TensorFlow's record files: length, its checksum, the data, its checksum, all little-endian. Checksums
 * are CRC32C, rotated and shifted so that a checksum of data that holds checksums stays sound.
 */
final class TensorRecord {
    private static final int MASK = 0xa282ead8;

    private TensorRecord() {}

    /** Frames one record. */
    static byte[] of(byte[] data) {
        byte[] framed = new byte[16 + data.length];
        ByteBuffer record = ByteBuffer.wrap(framed).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(masked(framed, 8));
        record.put(data);
        record.putInt(masked(data, data.length));
        return framed;
    }

    /** The masked CRC32C of the first bytes of an array. */
    static int masked(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return Integer.rotateRight((int) checksum.getValue(), 15) + MASK;
    }
}
