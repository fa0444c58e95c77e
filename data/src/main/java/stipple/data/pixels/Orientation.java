package stipple.data.pixels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * How a camera held a JPEG picture, the EXIF tag 0x0112 with values 1 to 8. A file without a readable tag is upright:
 * damaged EXIF must not cost a good picture.
 *
 * @param transposed rows and columns change places
 * @param fromRight columns are read from the right of the stored picture
 * @param fromBottom rows are read from the bottom of the stored picture
 */
record Orientation(boolean transposed, boolean fromRight, boolean fromBottom) {
    private static final Orientation UPRIGHT = new Orientation(false, false, false);
    private static final int TAG = 0x0112;
    private static final ByteBuffer PREFIX = ByteBuffer.wrap("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1));

    /** The orientation that the first EXIF segment of a JPEG file gives. */
    static Orientation of(byte[] file) {
        try {
            return search(ByteBuffer.wrap(file));
        } catch (IndexOutOfBoundsException damaged) {
            return UPRIGHT;
        }
    }

    private static Orientation search(ByteBuffer in) {
        if (in.capacity() < 4 || in.getShort(0) != (short) 0xFFD8) {
            return UPRIGHT;
        }
        int at = 2;
        while (in.get(at) == (byte) 0xFF && in.get(at + 1) != (byte) 0xDA) {
            int length = in.getShort(at + 2) & 0xFFFF;
            if (in.get(at + 1) == (byte) 0xE1 && in.slice(at + 4, 6).equals(PREFIX)) {
                return value(in.slice(at + 10, length - 8));
            }
            at += 2 + length;
        }
        return UPRIGHT;
    }

    private static Orientation value(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xFFFF) == TAG) {
                return switch (tiff.getShort(entry + 8)) {
                    case 2 -> new Orientation(false, true, false);
                    case 3 -> new Orientation(false, true, true);
                    case 4 -> new Orientation(false, false, true);
                    case 5 -> new Orientation(true, false, false);
                    case 6 -> new Orientation(true, false, true);
                    case 7 -> new Orientation(true, true, true);
                    case 8 -> new Orientation(true, true, false);
                    default -> UPRIGHT;
                };
            }
        }
        return UPRIGHT;
    }

    /** The size of the upright picture. */
    PixelSize upright(int width, int height) {
        return transposed ? new PixelSize(height, width) : new PixelSize(width, height);
    }

    /** The picture as it should be seen. */
    Pixels upright(Pixels stored) {
        if (equals(UPRIGHT)) {
            return stored;
        }
        PixelSize size = upright(stored.width(), stored.height());
        byte[] rgb = new byte[stored.rgb().length];
        int to = 0;
        for (int y = 0; y < size.height(); y++) {
            for (int x = 0; x < size.width(); x++) {
                int sourceX = transposed ? y : x;
                int sourceY = transposed ? x : y;
                sourceX = fromRight ? stored.width() - 1 - sourceX : sourceX;
                sourceY = fromBottom ? stored.height() - 1 - sourceY : sourceY;
                System.arraycopy(stored.rgb(), (sourceY * stored.width() + sourceX) * 3, rgb, to, 3);
                to += 3;
            }
        }
        return new Pixels(size.width(), size.height(), rgb);
    }
}
