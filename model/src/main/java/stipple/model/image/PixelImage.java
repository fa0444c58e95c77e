package stipple.model.image;

import stipple.torch.UserException;

/**
 * An opaque image of eight bits per channel.
 *
 * @param width pixels from left to right
 * @param height pixels from top to bottom
 * @param rgb {@code height * width * 3} bytes, row by row
 */
@SuppressWarnings("ArrayRecordComponent") // the pixels are the point; images are never compared by equals
public record PixelImage(int width, int height, byte[] rgb) {
    /** Channels of a pixel. */
    public static final int CHANNELS = 3;

    /** Checks that the bytes fill the size. */
    public PixelImage {
        if (width <= 0 || height <= 0 || (long) width * height * CHANNELS != rgb.length) {
            throw new UserException(
                    "An image of " + width + "x" + height + " pixels cannot have " + rgb.length + " bytes");
        }
    }

    /** The size in pixels. */
    public ImageSize size() {
        return new ImageSize(width, height);
    }

    /** One channel of a pixel, 0 to 255. */
    public int channel(int x, int y, int channel) {
        return Byte.toUnsignedInt(rgb[(y * width + x) * CHANNELS + channel]);
    }
}
