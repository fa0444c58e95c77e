package stipple.data.pixels;

import java.util.Arrays;

/**
 * An RGB picture: {@code rgb} holds {@code height * width * 3} bytes, row by row, R G B interleaved, 0..255 unsigned.
 * The array is not copied; whoever hands it over stops writing to it.
 */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString below treat the array by content
public record Pixels(int width, int height, byte[] rgb) {
    /** Checks that the array has the size that the dimensions ask for. */
    public Pixels {
        if (width <= 0 || height <= 0 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "pixels of " + width + "x" + height + " need 3*width*height bytes, given " + rgb.length);
        }
    }

    /** A picture of one grey level. */
    public static Pixels filled(int width, int height, int grey) {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) grey);
        return new Pixels(width, height, rgb);
    }

    /** Channel 0 (red), 1 (green) or 2 (blue) of one pixel, 0..255. */
    public int at(int x, int y, int channel) {
        return rgb[(y * width + x) * 3 + channel] & 0xff;
    }

    /** True if every pixel is pure white, the look of a rendering that drew nothing. */
    public boolean isWhite() {
        for (byte b : rgb) {
            if (b != -1) {
                return false;
            }
        }
        return true;
    }

    /** The part of {@code w} by {@code h} pixels whose upper left corner is at ({@code x}, {@code y}). */
    public Pixels crop(int x, int y, int w, int h) {
        if (x < 0 || y < 0 || w <= 0 || h <= 0 || x + w > width || y + h > height) {
            throw new IllegalArgumentException(
                    "crop " + w + "x" + h + "+" + x + "+" + y + " does not lie inside " + width + "x" + height);
        }
        byte[] out = new byte[3 * w * h];
        for (int row = 0; row < h; row++) {
            System.arraycopy(rgb, ((y + row) * width + x) * 3, out, row * w * 3, w * 3);
        }
        return new Pixels(w, h, out);
    }

    /** The picture with left and right exchanged. */
    public Pixels mirrored() {
        byte[] out = new byte[rgb.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(rgb, (y * width + x) * 3, out, (y * width + width - 1 - x) * 3, 3);
            }
        }
        return new Pixels(width, height, out);
    }

    /** Copies {@code source} into this picture's bytes with its upper left corner at ({@code x}, {@code y}). */
    public void paste(Pixels source, int x, int y) {
        for (int row = 0; row < source.height; row++) {
            System.arraycopy(source.rgb, row * source.width * 3, rgb, ((y + row) * width + x) * 3, source.width * 3);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pixels p && p.width == width && p.height == height && Arrays.equals(p.rgb, rgb);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "Pixels[" + width + "x" + height + "]";
    }
}
