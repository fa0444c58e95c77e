package stipple.server.picture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Puts an EXIF block into a JPEG file as its APP1 segment, behind the start marker and a JFIF segment if there is one. */
final class JpegExif {
    private static final byte[] SIGNATURE = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int MARKER = 2;
    private static final byte APP0 = (byte) 0xE0;
    private static final byte APP1 = (byte) 0xE1;

    private JpegExif() {}

    static byte[] insert(byte[] jpeg, ExifBlock exif) {
        if (exif.isEmpty()) {
            return jpeg;
        }
        int at = MARKER;
        if (jpeg[at + 1] == APP0) {
            at += MARKER + (((jpeg[at + 2] & 0xFF) << 8) | (jpeg[at + 3] & 0xFF));
        }
        int length = 2 + SIGNATURE.length + exif.tiff().length;
        return ByteBuffer.allocate(jpeg.length + MARKER + length)
                .put(jpeg, 0, at)
                .put((byte) 0xFF)
                .put(APP1)
                .putShort((short) length)
                .put(SIGNATURE)
                .put(exif.tiff())
                .put(jpeg, at, jpeg.length - at)
                .array();
    }
}
