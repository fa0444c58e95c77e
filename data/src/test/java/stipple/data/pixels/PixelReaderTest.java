package stipple.data.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
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
}
