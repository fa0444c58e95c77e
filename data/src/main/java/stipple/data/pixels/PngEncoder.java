package stipple.data.pixels;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes 8-bit RGB PNG files (ISO/IEC 15948) that depend on the pixels alone: no time, no text, one IDAT chunk, the
 * filter of each row chosen by the least sum of absolute differences.
 */
public final class PngEncoder {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    /** Level 9 takes four times as long on emoji and saves 4 % of the bytes. */
    private static final int COMPRESSION = 6;

    private PngEncoder() {}

    /** The picture as the bytes of a PNG file. */
    public static byte[] encode(Pixels pixels) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(pixels.rgb().length / 4 + 64);
        out.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13)
                .putInt(pixels.width())
                .putInt(pixels.height())
                .put((byte) 8) // bits a channel
                .put((byte) 2) // RGB
                .put((byte) 0)
                .put((byte) 0)
                .put((byte) 0);
        chunk(out, "IHDR", header.array(), 13);
        byte[] raw = filtered(pixels);
        Deflater deflater = new Deflater(COMPRESSION);
        try {
            deflater.setInput(raw);
            deflater.finish();
            byte[] packed = new byte[raw.length + raw.length / 1000 + 64];
            int length = 0;
            while (!deflater.finished()) {
                length += deflater.deflate(packed, length, packed.length - length);
            }
            chunk(out, "IDAT", packed, length);
        } finally {
            deflater.end();
        }
        chunk(out, "IEND", new byte[0], 0);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data, int length) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data, 0, length);
        out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
        out.writeBytes(name);
        out.write(data, 0, length);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] filtered(Pixels pixels) {
        int stride = 3 * pixels.width();
        byte[] rgb = pixels.rgb();
        byte[] out = new byte[(stride + 1) * pixels.height()];
        byte[] trial = new byte[stride];
        for (int y = 0; y < pixels.height(); y++) {
            int best = Integer.MAX_VALUE;
            int to = y * (stride + 1);
            for (int type = 0; type <= 4; type++) {
                int cost = filterRow(rgb, y, stride, type, trial);
                if (cost < best) {
                    best = cost;
                    out[to] = (byte) type;
                    System.arraycopy(trial, 0, out, to + 1, stride);
                }
            }
        }
        return out;
    }

    /** One row under filter 0 none, 1 sub, 2 up, 3 average, 4 Paeth; returns the sum of absolute differences. */
    private static int filterRow(byte[] rgb, int y, int stride, int type, byte[] to) {
        int cost = 0;
        int row = y * stride;
        for (int i = 0; i < stride; i++) {
            int left = i >= 3 ? rgb[row + i - 3] & 0xff : 0;
            int up = y > 0 ? rgb[row - stride + i] & 0xff : 0;
            int corner = i >= 3 && y > 0 ? rgb[row - stride + i - 3] & 0xff : 0;
            int guess = switch (type) {
                case 0 -> 0;
                case 1 -> left;
                case 2 -> up;
                case 3 -> (left + up) / 2;
                default -> paeth(left, up, corner);
            };
            to[i] = (byte) (rgb[row + i] - guess);
            cost += Math.abs(to[i]);
        }
        return cost;
    }

    private static int paeth(int left, int up, int corner) {
        int guess = left + up - corner;
        int byLeft = Math.abs(guess - left);
        int byUp = Math.abs(guess - up);
        int byCorner = Math.abs(guess - corner);
        if (byLeft <= byUp && byLeft <= byCorner) {
            return left;
        }
        return byUp <= byCorner ? up : corner;
    }
}
