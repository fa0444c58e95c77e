package stipple.data.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import stipple.data.DataException;

class PixelReaderTest {
    private static byte[] file(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, out));
        return out.toByteArray();
    }

    private static Pixels noise(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new Random(7).nextBytes(rgb);
        return new Pixels(width, height, rgb);
    }

    @Test
    void a_written_png_is_read_back_exactly_here_and_by_the_jdk() throws IOException {
        for (Pixels pixels : new Pixels[] {noise(17, 5), noise(1, 1), Pixels.filled(40, 30, 200)}) {
            byte[] png = PngEncoder.encode(pixels);
            assertEquals(pixels, PixelReader.read(png, "png"));
            assertArrayEquals(png, PngEncoder.encode(pixels));
        }
    }

    @Test
    void transparency_is_composited_on_white() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00ff0000);
        image.setRGB(1, 0, 0x80ff0000);
        image.setRGB(2, 0, 0xff102030);
        Pixels p = PixelReader.read(file(image, "png"), "png");
        assertArrayEquals(
                new byte[] {-1, -1, -1, (byte) 255, 127, 127, 0x10, 0x20, 0x30}, p.rgb(), Arrays.toString(p.rgb()));
    }

    @Test
    void grey_levels_are_not_brightened() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 100);
        image.getRaster().setSample(1, 0, 0, 30);
        Pixels p = PixelReader.read(file(image, "png"), "png");
        assertArrayEquals(new byte[] {100, 100, 100, 30, 30, 30}, p.rgb());
    }

    @Test
    void sixteen_bit_grey_is_scaled_to_eight() throws IOException {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSample(0, 0, 0, 128 * 257);
        assertEquals(128, PixelReader.read(file(image, "png"), "png").at(0, 0, 1));
    }

    @Test
    void jpeg_and_webp_are_read() throws IOException {
        BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 128; i++) {
            image.setRGB(i % 16, i / 16, 0x4080c0);
        }
        Pixels jpeg = PixelReader.read(file(image, "jpg"), "jpg");
        assertEquals(16, jpeg.width());
        assertEquals(0xc0, jpeg.at(3, 3, 2), 4);
        Pixels webp = PixelReader.read(Webp.solid(5, 4, 0xff4080c0), "webp");
        assertEquals(5, webp.width());
        assertEquals(4, webp.height());
        assertArrayEquals(
                new byte[] {0x40, (byte) 0x80, (byte) 0xc0},
                webp.crop(4, 3, 1, 1).rgb());
        assertTrue(PixelReader.read(Webp.solid(2, 2, 0x00000000), "webp").isWhite());
    }

    @Test
    void damaged_and_unknown_pictures_are_refused_with_their_name() {
        byte[] png = PngEncoder.encode(noise(30, 30));
        DataException cut = assertThrows(
                DataException.class, () -> PixelReader.read(Arrays.copyOf(png, png.length / 2), "shard 3, a-0.png"));
        assertTrue(cut.getMessage().startsWith("shard 3, a-0.png: "), cut.getMessage());
        assertThrows(DataException.class, () -> PixelReader.read(new byte[] {1, 2, 3}, "x"));
        assertThrows(DataException.class, () -> PixelReader.read(new byte[0], "x"));
    }

    @Test
    void oversized_pictures_are_refused_before_they_are_decoded() {
        // The header of a small file is changed to 10000 x 10000; decoding would fail otherwise.
        byte[] png = PngEncoder.encode(noise(4, 4));
        ByteBuffer.wrap(png).putInt(16, 10_000).putInt(20, 10_000);
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
        DataException e = assertThrows(DataException.class, () -> PixelReader.read(png, "big.png"));
        assertTrue(e.getMessage().contains("10000x10000"), e.getMessage());
    }

    /** A JPEG with an EXIF segment that holds nothing but an orientation, put right after the start marker. */
    private static byte[] withOrientation(byte[] jpeg, int value) {
        ByteBuffer segment = ByteBuffer.allocate(4 + 6 + 8 + 2 + 12 + 4);
        segment.putShort((short) 0xFFE1).putShort((short) (segment.capacity() - 2));
        segment.put(new byte[] {'E', 'x', 'i', 'f', 0, 0});
        segment.put(new byte[] {'M', 'M', 0, 42}).putInt(8).putShort((short) 1);
        segment.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) value);
        ByteBuffer out = ByteBuffer.allocate(jpeg.length + segment.capacity());
        out.put(jpeg, 0, 2).put(segment.array()).put(jpeg, 2, jpeg.length - 2);
        return out.array();
    }

    @Test
    void a_jpeg_is_turned_as_its_exif_orientation_says() throws IOException {
        // Left half dark, right half bright, 32 by 16.
        BufferedImage image = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 32 * 16; i++) {
            image.setRGB(i % 32, i / 32, i % 32 < 16 ? 0 : 0xffffff);
        }
        byte[] jpeg = file(image, "jpg");
        Pixels mirrored = PixelReader.read(withOrientation(jpeg, 2), "mirrored");
        assertTrue(mirrored.at(2, 8, 0) > 200 && mirrored.at(29, 8, 0) < 50);
        // 6: the stored left edge is the top of the upright picture.
        Pixels turned = PixelReader.read(withOrientation(jpeg, 6), "turned");
        assertEquals(16, turned.width());
        assertEquals(32, turned.height());
        assertTrue(turned.at(8, 2, 0) < 50 && turned.at(8, 29, 0) > 200);
        Pixels other = PixelReader.read(withOrientation(jpeg, 8), "other");
        assertTrue(other.at(8, 2, 0) > 200 && other.at(8, 29, 0) < 50);
        assertEquals(new PixelSize(16, 32), PixelReader.size(withOrientation(jpeg, 6), "turned"));
        assertEquals(new PixelSize(32, 16), PixelReader.size(withOrientation(jpeg, 9), "nonsense"));
    }

    @Test
    void a_cmyk_jpeg_is_read_with_inverted_levels() throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
        for (int i = 0; i < 256; i++) {
            raster.setPixel(i % 16, i / 16, new int[] {255, 102, 0, 128});
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        Pixels p = PixelReader.read(out.toByteArray(), "cmyk");
        assertEquals(128, p.at(5, 5, 0), 3);
        assertEquals(51, p.at(5, 5, 1), 3);
        assertEquals(0, p.at(5, 5, 2), 3);
    }

    @Test
    void a_truncated_jpeg_is_refused_and_not_filled_with_grey() throws IOException {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        byte[] noise = noise(64, 64).rgb();
        for (int i = 0; i < 64 * 64; i++) {
            image.setRGB(i % 64, i / 64, noise[i] * 65_793);
        }
        byte[] jpeg = file(image, "jpg");
        byte[] half = Arrays.copyOf(jpeg, jpeg.length / 2);
        DataException e = assertThrows(DataException.class, () -> PixelReader.read(half, "half.jpg"));
        assertTrue(e.getMessage().contains("half.jpg"), e.getMessage());
    }

    @Test
    void webp_is_decoded_in_java_whatever_other_decoder_imageio_would_take() {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        ImageReaderSpi other = new RefusingWebp();
        byte[] webp = Webp.solid(5, 4, 0xff4080c0);
        Pixels alone = PixelReader.read(webp, "webp");
        registry.registerServiceProvider(other, ImageReaderSpi.class);
        try {
            registry.getServiceProviders(ImageReaderSpi.class, false).forEachRemaining(spi -> {
                if (spi != other) {
                    registry.setOrdering(ImageReaderSpi.class, other, spi);
                }
            });
            assertEquals(alone, PixelReader.read(webp, "webp"));
            assertEquals(new PixelSize(5, 4), PixelReader.size(webp, "webp"));
        } finally {
            registry.deregisterServiceProvider(other, ImageReaderSpi.class);
        }
    }

    /** Says that it decodes WebP, and is first in ImageIO's list, but cannot be used. */
    private static final class RefusingWebp extends ImageReaderSpi {
        @Override
        public boolean canDecodeInput(Object source) {
            return true;
        }

        @Override
        public ImageReader createReaderInstance(Object extension) {
            throw new AssertionError("another decoder was taken");
        }

        @Override
        public String getDescription(Locale locale) {
            return "a decoder for this test";
        }
    }
}
