package stipple.data.pixels;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Lossless WebP files of one colour, written by hand: every prefix code has one symbol, so pixels take no bits. */
public final class Webp {
    private long bits;
    private int count;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Webp() {}

    /** A file of that size with one colour. */
    public static byte[] solid(int width, int height, int argb) {
        Webp w = new Webp();
        w.put(0x2f, 8);
        w.put(width - 1, 14);
        w.put(height - 1, 14);
        w.put(1, 1); // alpha is used
        w.put(0, 3); // version
        w.put(0, 1); // no transform
        w.put(0, 1); // no colour cache
        w.put(0, 1); // no meta prefix codes
        for (int shift : new int[] {8, 16, 0, 24}) { // green, red, blue, alpha
            w.put(1, 1); // simple code
            w.put(0, 1); // of one symbol
            w.put(1, 1); // given in 8 bits
            w.put((argb >>> shift) & 0xff, 8);
        }
        w.put(0b0001, 4); // distance: simple, one symbol, given in 1 bit, 0
        w.put(0, 32); // fills the last byte, and spare zeros for readers that look ahead
        byte[] data = w.out.toByteArray();
        int padded = data.length + data.length % 2;
        ByteBuffer file = ByteBuffer.allocate(20 + padded).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + padded);
        file.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII))
                .putInt(data.length)
                .put(data);
        return file.array();
    }

    private void put(int value, int width) {
        bits |= (value & 0xffffffffL) << count;
        count += width;
        while (count >= 8) {
            out.write((int) bits);
            bits >>>= 8;
            count -= 8;
        }
    }
}
