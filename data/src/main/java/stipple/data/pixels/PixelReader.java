package stipple.data.pixels;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import stipple.data.DataException;

/**
 * Decodes PNG, JPEG (CMYK too) and WebP bytes to {@link Pixels}; transparency is composited on white, and a JPEG is turned
 * as its EXIF orientation says (reference §3.4).
 */
public final class PixelReader {
    /** The largest picture that is decoded, in pixels (64 MP). */
    public static final long MAX_PIXELS = 64_000_000L;

    private static final WebPImageReaderSpi WEBP = new WebPImageReaderSpi();

    private PixelReader() {}

    /** What is done with an opened decoder. */
    private interface Work<T> {
        T with(ImageReader reader) throws IOException;
    }

    /** The size of a picture from its header, without decoding it; {@code name} is used in error messages only. */
    public static PixelSize size(byte[] bytes, String name) {
        return open(bytes, name, reader -> Orientation.of(bytes).upright(reader.getWidth(0), reader.getHeight(0)));
    }

    /** Decodes one picture; {@code name} is used in error messages only. */
    public static Pixels read(byte[] bytes, String name) {
        return open(bytes, name, reader -> {
            long area = (long) reader.getWidth(0) * reader.getHeight(0);
            if (area > MAX_PIXELS) {
                throw new DataException(name + ": " + reader.getWidth(0) + "x" + reader.getHeight(0)
                        + " pixels is over the limit of " + MAX_PIXELS / 1_000_000 + " megapixels");
            }
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            Pixels stored =
                    CmykJpeg.is(bytes) ? CmykJpeg.rgb(reader.readRaster(0, null), bytes) : onWhite(reader.read(0));
            // The JPEG decoder fills what is missing with grey and only warns.
            if (warnings.stream().anyMatch(warning -> warning.startsWith("Truncated File"))) {
                throw new DataException(name + ": the picture is damaged (truncated)");
            }
            return Orientation.of(bytes).upright(stored);
        });
    }

    private static <T> T open(byte[] bytes, String name, Work<T> work) {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            ImageReader reader = reader(in, bytes, name);
            try {
                reader.setInput(in, true, true);
                return work.with(reader);
            } finally {
                reader.dispose();
            }
        } catch (IOException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | NegativeArraySizeException
                | CMMException e) {
            // Decoders meet damaged data with any of these.
            throw new DataException(name + ": the picture is damaged (" + e.getMessage() + ")", e);
        }
    }

    /**
     * The decoder. For WebP it is always the one in Java: two decoders differ in how they enlarge the colour planes, by up
     * to 97 levels at edges, and ImageIO takes whichever it meets first.
     */
    private static ImageReader reader(ImageInputStream in, byte[] bytes, String name) throws IOException {
        if (WEBP.canDecodeInput(in)) {
            return WEBP.createReaderInstance();
        }
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        if (!readers.hasNext()) {
            throw new DataException(
                    name + ": no decoder knows this picture (" + bytes.length + " bytes); give PNG, JPEG or WebP");
        }
        return readers.next();
    }

    /** The picture as RGB over a white ground: {@code round((c*a + 255*(255-a)) / 255)} per channel. */
    public static Pixels onWhite(BufferedImage image) {
        int w = image.getWidth();
        int h = image.getHeight();
        if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
            return greyOnWhite(image);
        }
        byte[] rgb = new byte[3 * w * h];
        int[] row = new int[w];
        int at = 0;
        for (int y = 0; y < h; y++) {
            image.getRGB(0, y, w, 1, row, 0, w);
            for (int argb : row) {
                int alpha = argb >>> 24;
                rgb[at++] = blend((argb >> 16) & 0xff, alpha);
                rgb[at++] = blend((argb >> 8) & 0xff, alpha);
                rgb[at++] = blend(argb & 0xff, alpha);
            }
        }
        return new Pixels(w, h, rgb);
    }

    /** Grey files hold sRGB-coded levels, but getRGB would take them for linear light and brighten them. */
    private static Pixels greyOnWhite(BufferedImage image) {
        int w = image.getWidth();
        int h = image.getHeight();
        Raster raster = image.getRaster();
        int bits = image.getSampleModel().getSampleSize(0);
        int max = (1 << bits) - 1;
        boolean hasAlpha = raster.getNumBands() > 1;
        if (raster.getTransferType() != DataBuffer.TYPE_BYTE && raster.getTransferType() != DataBuffer.TYPE_USHORT) {
            throw new IllegalArgumentException("grey samples of " + bits + " bits");
        }
        byte[] rgb = new byte[3 * w * h];
        int at = 0;
        int[] px = new int[raster.getNumBands()];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                raster.getPixel(x, y, px);
                int alpha = hasAlpha ? (px[1] * 255 + max / 2) / max : 255;
                byte level = blend((px[0] * 255 + max / 2) / max, alpha);
                rgb[at++] = level;
                rgb[at++] = level;
                rgb[at++] = level;
            }
        }
        return new Pixels(w, h, rgb);
    }

    private static byte blend(int channel, int alpha) {
        return (byte) ((channel * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}
