package stipple.model.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/** Writes PNG files, whole or not at all, with texts that say how the image was made. */
public final class PngWriter {
    private PngWriter() {}

    /**
     * Writes a file.
     *
     * @throws UserException if it cannot be written; then nothing is left behind
     */
    public static void write(Path file, PixelImage image, PngMetadata metadata) {
        AtomicFile.write(file, encode(image, metadata));
    }

    /** The file's bytes. */
    public static byte[] encode(PixelImage image, PngMetadata metadata) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(image.rgb().length / 2);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(buffered(image));
        } catch (IOException impossible) {
            throw new UncheckedIOException("Encoding a PNG in memory failed", impossible);
        } finally {
            writer.dispose();
        }
        return PngChunks.insert(bytes.toByteArray(), metadata.chunks());
    }

    private static BufferedImage buffered(PixelImage image) {
        BufferedImage result = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
        byte[] bgr = ((DataBufferByte) result.getRaster().getDataBuffer()).getData();
        byte[] rgb = image.rgb();
        for (int i = 0; i < rgb.length; i += PixelImage.CHANNELS) {
            bgr[i] = rgb[i + 2];
            bgr[i + 1] = rgb[i + 1];
            bgr[i + 2] = rgb[i];
        }
        return result;
    }
}
