package stipple.server.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import stipple.model.image.PixelImage;
import stipple.model.image.PngMetadata;
import stipple.model.image.PngWriter;

/** Turns pixels into files. */
public final class PictureEncoder {
    private static final float PERCENT = 100f;

    private PictureEncoder() {}

    /**
     * Encodes a picture.
     *
     * @param quality 0 (small) to 100 (good) of a lossy format
     * @param metadata how it was made, {@link PngMetadata#NONE} for nothing
     */
    public static byte[] encode(PixelImage image, PictureFormat format, int quality, PngMetadata metadata) {
        return switch (format) {
            case PNG -> PngWriter.encode(image, metadata);
            case JPEG -> JpegExif.insert(lossy(image, "jpeg", null, quality), ExifBlock.of(metadata));
            case WEBP ->
                WebpExif.insert(
                        lossy(image, "webp", "Lossy", quality), image.width(), image.height(), ExifBlock.of(metadata));
        };
    }

    private static byte[] lossy(PixelImage image, String name, String compression, int quality) {
        ImageWriter writer = writer(name);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(image.rgb().length / 4);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            if (compression != null) {
                settings.setCompressionType(compression);
            }
            settings.setCompressionQuality(quality / PERCENT);
            writer.setOutput(out);
            writer.write(null, new IIOImage(buffered(image), null, null), settings);
        } catch (IOException impossible) {
            throw new UncheckedIOException("Encoding a picture in memory failed", impossible);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static ImageWriter writer(String name) {
        Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName(name);
        if (!writers.hasNext()) {
            throw new IllegalStateException("No writer for " + name + " on the class path");
        }
        return writers.next();
    }

    private static BufferedImage buffered(PixelImage image) {
        BufferedImage result = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[image.width()];
        byte[] rgb = image.rgb();
        for (int y = 0, at = 0; y < image.height(); y++) {
            for (int x = 0; x < row.length; x++, at += PixelImage.CHANNELS) {
                row[x] = ((rgb[at] & 0xFF) << 16) | ((rgb[at + 1] & 0xFF) << 8) | (rgb[at + 2] & 0xFF);
            }
            result.setRGB(0, y, image.width(), 1, row, 0, image.width());
        }
        return result;
    }
}
