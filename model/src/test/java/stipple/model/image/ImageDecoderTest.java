package stipple.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stipple.torch.UserException;

class ImageDecoderTest {
    private static final Path IMAGES = Path.of("src/test/resources/image");

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({"grey.png", "grey-alpha.png"})
    void grey_samples_are_taken_as_they_are(String name) {
        PixelImage image = read(name);
        int[] wanted = {0, 32, 64, 96, 128, 160, 192, 255};
        for (int i = 0; i < wanted.length; i++) {
            for (int channel = 0; channel < 3; channel++) {
                assertEquals(wanted[i], image.channel(i % 4, i / 4, channel));
            }
        }
    }

    @Test
    void a_grey_JPEG_keeps_its_brightness() {
        assertEquals(128, read("grey.jpg").channel(0, 1, 0), 4);
    }

    @Test
    void sixteen_bits_and_one_bit_become_eight() {
        assertArrayEquals(
                bytes(0, 0, 0, 64, 64, 64, 128, 128, 128, 255, 255, 255),
                read("grey16.png").rgb());
        assertArrayEquals(
                bytes(0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 255, 255),
                read("bits.png").rgb());
    }

    @Test
    void transparency_is_laid_on_white() {
        assertArrayEquals(
                bytes(255, 0, 0, 255, 127, 127, 255, 255, 255),
                read("alpha.png").rgb());
        assertArrayEquals(
                bytes(10, 20, 30, 255, 255, 255, 1, 2, 3),
                read("palette-transparent.png").rgb());
        assertArrayEquals(
                bytes(255, 255, 255, 1, 2, 3), read("rgb-transparent.png").rgb());
    }

    @Test
    void palettes_are_looked_up() {
        assertArrayEquals(
                bytes(10, 20, 30, 200, 100, 50, 1, 2, 3), read("palette.png").rgb());
    }

    /** Corners: top left, top right, bottom left, bottom right, as Pillow's exif_transpose gives them. */
    @ParameterizedTest
    @CsvSource({
        "orientation-1.jpg, 16, 8, RGBW",
        "orientation-2.jpg, 16, 8, GRWB",
        "orientation-3.jpg, 16, 8, WBGR",
        "orientation-4.jpg, 16, 8, BWRG",
        "orientation-5.jpg, 8, 16, RBGW",
        "orientation-6.jpg, 8, 16, BRWG",
        "orientation-7.jpg, 8, 16, WGBR",
        "orientation-8.jpg, 8, 16, GWRB",
        "orientation-6.png, 8, 16, BRWG",
    })
    void pictures_are_turned_upright_by_their_EXIF_orientation(String name, int width, int height, String corners) {
        PixelImage image = read(name);
        assertEquals(new ImageSize(width, height), image.size());
        String seen = colour(image, 0, 0)
                + colour(image, width - 1, 0)
                + colour(image, 0, height - 1)
                + colour(image, width - 1, height - 1);
        assertEquals(corners, seen);
    }

    @Test
    void what_is_no_picture_is_refused_in_one_line() throws IOException {
        assertRefused(IMAGES.resolve("not.gif"), "neither PNG nor JPEG");
        assertRefused(dir.resolve("none.png"), "Missing image");
        assertRefused(Files.createFile(dir.resolve("empty.png")), "neither PNG nor JPEG");
        assertRefused(IMAGES.resolve("cmyk.jpg"), "CMYK");
    }

    @Test
    void truncated_pictures_are_refused() throws IOException {
        for (String name : new String[] {"source.png", "plain.jpg"}) {
            byte[] whole = Files.readAllBytes(IMAGES.resolve(name));
            for (int size : new int[] {12, 40, whole.length / 2, whole.length * 3 / 4}) {
                Path cut = Files.write(dir.resolve("cut-" + size + "-" + name), Arrays.copyOf(whole, size));
                assertRefused(cut, cut.toString());
            }
        }
    }

    @Test
    void damaged_bytes_never_end_in_anything_but_a_picture_or_a_user_exception() throws IOException {
        for (String name : new String[] {"source.png", "plain.jpg", "orientation-6.jpg", "palette-transparent.png"}) {
            byte[] whole = Files.readAllBytes(IMAGES.resolve(name));
            for (int at = 0; at < Math.min(whole.length, 700); at++) {
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) 0xA5;
                try {
                    assertTrue(ImageDecoder.decode(name, damaged).width() > 0);
                } catch (UserException refused) {
                    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
                }
            }
        }
    }

    @Test
    void a_picture_of_absurd_size_is_refused_before_it_is_decoded() {
        byte[] png = PngWriter.encode(new PixelImage(1, 1, new byte[3]), PngMetadata.NONE);
        // Width and height stand right after the first chunk's type; its checksum is not looked at that early.
        java.nio.ByteBuffer.wrap(png).putInt(16, 100_000).putInt(20, 100_000);
        UserException error = assertThrows(UserException.class, () -> ImageDecoder.decode("huge", png));
        assertTrue(error.getMessage().contains("100000x100000"), error.getMessage());
    }

    private static PixelImage read(String name) {
        return ImageDecoder.read(IMAGES.resolve(name));
    }

    private static String colour(PixelImage image, int x, int y) {
        boolean red = image.channel(x, y, 0) > 128;
        boolean green = image.channel(x, y, 1) > 128;
        return red && green ? "W" : red ? "R" : green ? "G" : "B";
    }

    private static byte[] bytes(int... values) {
        byte[] result = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (byte) values[i];
        }
        return result;
    }

    private static void assertRefused(Path path, String said) {
        UserException error = assertThrows(UserException.class, () -> ImageDecoder.read(path), path.toString());
        assertTrue(error.getMessage().contains(said), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }
}
