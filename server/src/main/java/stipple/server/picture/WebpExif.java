package stipple.server.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Puts an EXIF block into a WebP file. A file of one image chunk becomes an extended one (RFC 9649 §2.7): a VP8X chunk
 * that announces the block, the image as it was, the block.
 */
final class WebpExif {
    private static final int RIFF_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int VP8X_SIZE = 10;
    private static final int HAS_EXIF = 0x08;

    private WebpExif() {}

    static byte[] insert(byte[] webp, int width, int height, ExifBlock exif) {
        if (exif.isEmpty()) {
            return webp;
        }
        int image = webp.length - RIFF_HEADER;
        int padded = exif.tiff().length + (exif.tiff().length & 1);
        int size = RIFF_HEADER + CHUNK_HEADER + VP8X_SIZE + image + CHUNK_HEADER + padded;
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.put(tag("RIFF")).putInt(size - CHUNK_HEADER).put(tag("WEBP"));
        out.put(tag("VP8X")).putInt(VP8X_SIZE).putInt(HAS_EXIF);
        threeBytes(out, width - 1);
        threeBytes(out, height - 1);
        out.put(webp, RIFF_HEADER, image);
        out.put(tag("EXIF")).putInt(exif.tiff().length).put(exif.tiff());
        return out.array();
    }

    private static byte[] tag(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    private static void threeBytes(ByteBuffer out, int value) {
        out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
    }
}
