package stipple.data.shards;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import stipple.data.DataException;

/** The 512-byte blocks of a ustar archive (POSIX 1003.1-1988). */
final class TarBlocks {
    static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;

    private TarBlocks() {}

    /** Zero bytes that fill a member of this size up to whole blocks. */
    static int padding(long size) {
        return (int) ((BLOCK - size % BLOCK) % BLOCK);
    }

    /** The header of a regular file with mode 644 and time, user and group 0. */
    static byte[] header(String name, long size) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        if (nameBytes.length >= NAME_BYTES) {
            throw new DataException("the member name '" + name + "' has " + nameBytes.length
                    + " bytes; a tar shard takes fewer than " + NAME_BYTES);
        }
        byte[] h = new byte[BLOCK];
        System.arraycopy(nameBytes, 0, h, 0, nameBytes.length);
        octal(h, 100, 8, 0644);
        octal(h, 108, 8, 0);
        octal(h, 116, 8, 0);
        octal(h, 124, 12, size);
        octal(h, 136, 12, 0);
        h[156] = '0';
        System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, h, 257, 8);
        octal(h, 329, 8, 0);
        octal(h, 337, 8, 0);
        octal(h, 148, 7, checksum(h));
        h[155] = ' ';
        return h;
    }

    /** The sum of all bytes with the checksum field taken as spaces. */
    static int checksum(byte[] header) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        return sum;
    }

    /** A number field: octal digits after optional spaces, or base 256 where the top bit is set; -1 if neither. */
    static long number(byte[] header, int from, int length) {
        if ((header[from] & 0x80) != 0) {
            long value = header[from] & 0x7f;
            for (int i = 1; i < length; i++) {
                if (value > Long.MAX_VALUE >> 8) {
                    return -1;
                }
                value = (value << 8) | (header[from + i] & 0xff);
            }
            return value;
        }
        String text = text(header, from, length).strip();
        if (text.isEmpty()) {
            return 0;
        }
        return text.matches("[0-7]{1,20}") ? Long.parseLong(text, 8) : -1;
    }

    /** A text field up to its first NUL. */
    static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static void octal(byte[] h, int at, int length, long value) {
        String digits = String.format(Locale.ROOT, "%0" + (length - 1) + "o", value);
        if (digits.length() > length - 1) {
            throw new DataException("a tar member of " + value + " bytes is too large for ustar (8 GiB)");
        }
        System.arraycopy(digits.getBytes(StandardCharsets.US_ASCII), 0, h, at, length - 1);
    }
}
