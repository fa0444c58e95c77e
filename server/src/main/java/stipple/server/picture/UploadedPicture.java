package stipple.server.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import stipple.model.image.ImageDecoder;
import stipple.model.image.PixelImage;
import stipple.torch.UserException;

/** Reads the pictures that clients send: PNG, JPEG and WebP, of a size that does not exhaust the memory. */
public final class UploadedPicture {
    /** Most pixels of an upload; what is drawn is far smaller. */
    public static final long MAX_PIXELS = 16_000_000;

    /** Decoding takes several times the memory of the pixels, so only a few happen at a time. */
    private static final Semaphore DECODERS = new Semaphore(2);

    private static final int WEBP_NAME = 8;

    private UploadedPicture() {}

    /**
     * Decodes an upload.
     *
     * @param name what to call it in messages
     * @throws UserException if it is damaged, too large, or of another format
     */
    public static PixelImage decode(String name, byte[] content) {
        DECODERS.acquireUninterruptibly();
        try {
            checkSize(name, content);
            return ImageDecoder.decode(name, isWebp(content) ? png(name, content) : content);
        } finally {
            DECODERS.release();
        }
    }

    private static boolean isWebp(byte[] content) {
        return content.length > WEBP_NAME + 4
                && new String(content, 0, 4, StandardCharsets.ISO_8859_1).equals("RIFF")
                && new String(content, WEBP_NAME, 4, StandardCharsets.ISO_8859_1).equals("WEBP");
    }

    private static void checkSize(String name, byte[] content) {
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new UserException("The image " + name + " is neither PNG, JPEG nor WebP");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) {
                    throw new UserException("The image " + name + " has " + reader.getWidth(0) + "x"
                            + reader.getHeight(0) + " pixels, more than " + MAX_PIXELS + "; scale it down first");
                }
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException damaged) {
            throw new UserException("The image " + name + " cannot be decoded", damaged);
        }
    }

    /** The rules for transparency, grey and orientation are those of the one decoder for PNG and JPEG. */
    private static byte[] png(String name, byte[] webp) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(webp));
            if (image == null) {
                throw new UserException("The image " + name + " cannot be decoded");
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "png", out);
            return out.toByteArray();
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException damaged) {
            throw new UserException("The image " + name + " cannot be decoded", damaged);
        }
    }
}
