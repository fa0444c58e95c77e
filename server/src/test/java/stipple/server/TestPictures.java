package stipple.server;

import stipple.model.image.PixelImage;
import stipple.model.image.PngMetadata;
import stipple.server.picture.PictureEncoder;
import stipple.server.picture.PictureFormat;

/** Pictures to edit. */
final class TestPictures {
    private TestPictures() {}

    /** A gradient from red to the given blue. */
    static byte[] file(int width, int height, int blue, PictureFormat format) {
        byte[] rgb = new byte[width * height * PixelImage.CHANNELS];
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                rgb[at++] = (byte) (255 * x / width);
                rgb[at++] = (byte) (255 * y / height);
                rgb[at++] = (byte) blue;
            }
        }
        return PictureEncoder.encode(new PixelImage(width, height, rgb), format, 95, PngMetadata.NONE);
    }

    static byte[] png(int width, int height) {
        return file(width, height, 40, PictureFormat.PNG);
    }
}
