package stipple.model.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * How a camera held the image, the EXIF tag 0x0112. A file without a readable tag is upright: damaged EXIF must not make
 * an otherwise good picture unreadable.
 */
enum ExifOrientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    ROTATED_180(false, true, true),
    FLIPPED(false, false, true),
    TRANSPOSED(true, false, false),
    ROTATED_90(true, false, true),
    TRANSVERSED(true, true, true),
    ROTATED_270(true, true, false);

    private static final int TAG = 0x0112;
    private static final byte[] JPEG_PREFIX = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private final boolean transposed;
    private final boolean fromRight;
    private final boolean fromBottom;

    /** What to read for the upright image: columns as rows, from the right, from the bottom of the stored one. */
    ExifOrientation(boolean transposed, boolean fromRight, boolean fromBottom) {
        this.transposed = transposed;
        this.fromRight = fromRight;
        this.fromBottom = fromBottom;
    }

    /** The orientation a PNG or JPEG file gives. */
    static ExifOrientation of(byte[] file) {
        try {
            ByteBuffer tiff = PngChunks.isPng(file) ? inPng(file) : inJpeg(file);
            return tiff == null ? UPRIGHT : read(tiff);
        } catch (IndexOutOfBoundsException | IllegalArgumentException damaged) {
            return UPRIGHT;
        }
    }

    /** The image as it should be seen. */
    PixelImage upright(PixelImage image) {
        if (this == UPRIGHT) {
            return image;
        }
        int width = transposed ? image.height() : image.width();
        int height = transposed ? image.width() : image.height();
        byte[] rgb = new byte[image.rgb().length];
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += PixelImage.CHANNELS) {
                int sourceX = transposed ? y : x;
                int sourceY = transposed ? x : y;
                sourceX = fromRight ? image.width() - 1 - sourceX : sourceX;
                sourceY = fromBottom ? image.height() - 1 - sourceY : sourceY;
                int from = (sourceY * image.width() + sourceX) * PixelImage.CHANNELS;
                System.arraycopy(image.rgb(), from, rgb, at, PixelImage.CHANNELS);
            }
        }
        return new PixelImage(width, height, rgb);
    }

    private static ByteBuffer inJpeg(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        int at = 2;
        while (at + 4 <= file.length && in.get(at) == (byte) 0xFF) {
            int marker = in.get(at + 1) & 0xFF;
            int length = in.getShort(at + 2) & 0xFFFF;
            if (marker == 0xDA) {
                return null;
            }
            int body = at + 4;
            if (marker == 0xE1 && in.slice(body, JPEG_PREFIX.length).equals(ByteBuffer.wrap(JPEG_PREFIX))) {
                return in.slice(body + JPEG_PREFIX.length, length - 2 - JPEG_PREFIX.length);
            }
            at += 2 + length;
        }
        return null;
    }

    private static ByteBuffer inPng(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        for (int at = 8; at + 12 <= file.length; at += 12 + in.getInt(at)) {
            // A chunk's length is below 2^31; anything else ends the search by the slice's own check.
            if (in.getInt(at + 4) == 0x65584966) {
                return in.slice(at + 8, in.getInt(at));
            }
            if (in.getInt(at) < 0) {
                return null;
            }
        }
        return null;
    }

    private static ExifOrientation read(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xFFFF) == TAG) {
                int value = tiff.getShort(entry + 8) & 0xFFFF;
                return value >= 1 && value <= 8 ? values()[value - 1] : UPRIGHT;
            }
        }
        return UPRIGHT;
    }
}
