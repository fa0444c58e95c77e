package stipple.data.pixels;

import java.awt.image.Raster;

/**
 * Four-channel JPEG files as RGB, without their colour profile. Like other readers it takes the levels as Adobe programs
 * write them, inverted (255 is no ink), so that {@code red = cyan * black / 255}.
 */
final class CmykJpeg {
    private static final int ADOBE_SEGMENT = 0xEE;
    private static final int YCCK = 2;

    private CmykJpeg() {}

    /** Whether the frame header of a JPEG file names four channels. */
    static boolean is(byte[] file) {
        if (file.length < 4 || (file[0] & 0xff) != 0xFF || (file[1] & 0xff) != 0xD8) {
            return false;
        }
        int at = 2;
        while (at + 9 < file.length && file[at] == (byte) 0xFF && file[at + 1] != (byte) 0xDA) {
            int marker = file[at + 1] & 0xff;
            // Frame headers are C0 to CF but for the tables DHT, JPG and DAC.
            if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
                return file[at + 9] == 4;
            }
            at += 2 + length(file, at);
        }
        return false;
    }

    private static int length(byte[] file, int segment) {
        return ((file[segment + 2] & 0xff) << 8) | (file[segment + 3] & 0xff);
    }

    /** Converts the raster of a four-channel JPEG. */
    static Pixels rgb(Raster raster, byte[] file) {
        boolean ycck = adobeTransform(file) == YCCK;
        int w = raster.getWidth();
        int h = raster.getHeight();
        byte[] rgb = new byte[3 * w * h];
        int[] row = new int[4 * w];
        int at = 0;
        for (int y = 0; y < h; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, w, 1, row);
            for (int i = 0; i < row.length; i += 4) {
                int a = row[i];
                int b = row[i + 1];
                int c = row[i + 2];
                if (ycck) {
                    double cb = b - 128;
                    double cr = c - 128;
                    b = clamp(255 - (a - 0.344136 * cb - 0.714136 * cr));
                    c = clamp(255 - (a + 1.772 * cb));
                    a = clamp(255 - (a + 1.402 * cr));
                }
                int black = row[i + 3];
                rgb[at++] = (byte) ((a * black + 127) / 255);
                rgb[at++] = (byte) ((b * black + 127) / 255);
                rgb[at++] = (byte) ((c * black + 127) / 255);
            }
        }
        return new Pixels(w, h, rgb);
    }

    private static int clamp(double value) {
        return Math.clamp(Math.round(value), 0, 255);
    }

    /** The transform flag of the Adobe segment: 0 none, 1 YCbCr, 2 YCCK; 0 without such a segment. */
    private static int adobeTransform(byte[] file) {
        int at = 2;
        while (at + 4 <= file.length && file[at] == (byte) 0xFF && file[at + 1] != (byte) 0xDA) {
            int length = length(file, at);
            // "Adobe", version (2 bytes), flags (4 bytes), transform
            if ((file[at + 1] & 0xff) == ADOBE_SEGMENT && length >= 14 && at + 15 < file.length) {
                return file[at + 15];
            }
            at += 2 + length;
        }
        return 0;
    }
}
