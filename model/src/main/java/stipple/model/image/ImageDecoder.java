package stipple.model.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import stipple.model.files.AtomicFile;
import stipple.torch.UserException;

/**
 * Reads PNG and JPEG images as the reference does (§3.4): turned upright by their EXIF orientation, transparency laid
 * on white, grey repeated over the three channels.
 */
public final class ImageDecoder {
    /** The largest image that is decoded. */
    public static final long MAX_PIXELS = 50_000_000;

    private static final String PNG = "png";
    private static final String JPEG = "jpeg";
    private static final long MAX_BYTES = 256L << 20;

    private ImageDecoder() {}

    /**
     * Reads an image file.
     *
     * @throws UserException if it is missing, too large, damaged, or neither PNG nor JPEG
     */
    public static PixelImage read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException("Missing image " + file);
        }
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new UserException("The image " + file + " has " + size + " bytes, more than " + MAX_BYTES);
            }
            return decode(file.toString(), Files.readAllBytes(file));
        } catch (IOException failure) {
            throw new UserException("Cannot read " + file + ": " + AtomicFile.reason(failure), failure);
        }
    }

    /**
     * Decodes an image in memory.
     *
     * @param where what to call it in messages
     * @throws UserException as {@link #read}
     */
    public static PixelImage decode(String where, byte[] content) {
        String format = format(where, content);
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        List<String> warnings = new ArrayList<>();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            reader.setInput(in, true, false);
            checkSize(where, reader.getWidth(0), reader.getHeight(0));
            BufferedImage decoded = reader.read(0);
            // The JPEG decoder fills what is missing with grey and only warns.
            if (warnings.stream().anyMatch(warning -> warning.startsWith("Truncated File"))) {
                throw new UserException("The image " + where + " is truncated");
            }
            if (format.equals(JPEG) && decoded.getColorModel().getNumComponents() > PixelImage.CHANNELS) {
                throw new UserException("The image " + where + " is a CMYK JPEG; convert it to RGB first");
            }
            return ExifOrientation.of(content).upright(opaque(decoded));
        } catch (IOException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | NegativeArraySizeException damaged) {
            // The decoders report damage by whatever their parsing runs into.
            String why = damaged.getMessage() == null
                    ? ""
                    : ": " + damaged.getMessage().lines().findFirst().orElse("");
            throw new UserException("The image " + where + " cannot be decoded" + why, damaged);
        } finally {
            reader.dispose();
        }
    }

    private static String format(String where, byte[] content) {
        if (PngChunks.isPng(content)) {
            return PNG;
        }
        if (content.length > 3 && (content[0] & 0xFF) == 0xFF && (content[1] & 0xFF) == 0xD8) {
            return JPEG;
        }
        throw new UserException("The image " + where + " is neither PNG nor JPEG");
    }

    private static void checkSize(String where, int width, int height) {
        if (width <= 0 || height <= 0) {
            throw new UserException("The image " + where + " claims " + width + "x" + height + " pixels");
        }
        if ((long) width * height > MAX_PIXELS) {
            throw new UserException("The image " + where + " has " + width + "x" + height + " pixels, more than "
                    + MAX_PIXELS + "; scale it down first");
        }
    }

    private static PixelImage opaque(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[width * height * PixelImage.CHANNELS];
        int[] row = new int[width];
        boolean grey = isGrey(image.getColorModel());
        for (int y = 0, at = 0; y < height; y++) {
            if (grey) {
                greyRow(image, y, row);
            } else {
                image.getRGB(0, y, width, 1, row, 0, width);
            }
            for (int argb : row) {
                int alpha = argb >>> 24;
                rgb[at++] = onWhite(argb >> 16, alpha);
                rgb[at++] = onWhite(argb >> 8, alpha);
                rgb[at++] = onWhite(argb, alpha);
            }
        }
        return new PixelImage(width, height, rgb);
    }

    private static boolean isGrey(ColorModel model) {
        return !(model instanceof IndexColorModel) && model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    }

    /** Takes grey samples as they are: Java's own conversion treats them as linear light and brightens them. */
    private static void greyRow(BufferedImage image, int y, int[] row) {
        Raster raster = image.getRaster();
        int shift = image.getColorModel().getComponentSize(0) - 8;
        boolean alpha = raster.getNumBands() > 1;
        for (int x = 0; x < row.length; x++) {
            int value = eight(raster.getSample(x, y, 0), shift);
            int opacity = alpha ? eight(raster.getSample(x, y, 1), shift) : 255;
            row[x] = opacity << 24 | value << 16 | value << 8 | value;
        }
    }

    private static int eight(int sample, int shift) {
        return shift >= 0 ? sample >> shift : sample << -shift;
    }

    private static byte onWhite(int sample, int alpha) {
        int value = sample & 0xFF;
        return (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}
