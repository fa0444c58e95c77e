package stipple.data.checks;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import stipple.data.DataException;

/** Arrays of bytes in the IDX format of MNIST: two zeros, type 8, the number of axes, their lengths, the values. */
final class IdxFile {
    private static final int UNSIGNED_BYTE = 8;

    private final int[] shape;
    private final byte[] values;

    private IdxFile(int[] shape, byte[] values) {
        this.shape = shape;
        this.values = values;
    }

    /** Reads a compressed file with so many axes; {@code name} is for messages. */
    static IdxFile read(byte[] gz, int axes, String name) {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(gz)))) {
            int magic = in.readInt();
            if (magic != ((UNSIGNED_BYTE << 8) | axes)) {
                throw new DataException(name + " is no IDX file of bytes with " + axes + " axes; it starts with 0x"
                        + Integer.toHexString(magic));
            }
            int[] shape = new int[axes];
            int size = 1;
            for (int i = 0; i < axes; i++) {
                shape[i] = in.readInt();
                size = Math.multiplyExact(size, shape[i]);
            }
            byte[] values = in.readNBytes(size);
            if (values.length < size || in.read() >= 0) {
                throw new DataException(name + " does not hold the " + size + " values that its header says");
            }
            return new IdxFile(shape, values);
        } catch (IOException | ArithmeticException e) {
            throw new DataException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The length of an axis. */
    int length(int axis) {
        return shape[axis];
    }

    /** Entry {@code i} of the first axis, unsigned values row by row. */
    byte[] entry(int i) {
        int each = values.length / shape[0];
        return Arrays.copyOfRange(values, i * each, (i + 1) * each);
    }
}
