package stipple.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFitTest {
    private static final Path IMAGES = Path.of("src/test/resources/image");

    @ParameterizedTest
    @CsvSource({"16, 16", "64, 40", "37, 8", "9, 23"})
    void resampling_equals_Pillow_bit_for_bit(int width, int height) throws IOException {
        PixelImage source = ImageDecoder.read(IMAGES.resolve("source.png"));
        byte[] expected = Files.readAllBytes(IMAGES.resolve("lanczos-" + width + "x" + height + ".rgb"));
        assertArrayEquals(
                expected, ImageFit.stretch(source, new ImageSize(width, height)).rgb());
    }

    @Test
    void cropping_keeps_the_centre_and_distorts_nothing() {
        // Three vertical thirds: black, white, black.
        byte[] rgb = new byte[12 * 4 * 3];
        for (int y = 0; y < 4; y++) {
            java.util.Arrays.fill(rgb, (y * 12 + 4) * 3, (y * 12 + 8) * 3, (byte) 255);
        }
        PixelImage cut = ImageFit.crop(new PixelImage(12, 4, rgb), new ImageSize(4, 4));
        for (byte value : cut.rgb()) {
            assertEquals((byte) 255, value);
        }
        PixelImage larger = ImageFit.crop(new PixelImage(12, 4, rgb), new ImageSize(16, 16));
        assertEquals(new ImageSize(16, 16), larger.size());
        // The filter rings a little beside the edges, and the edges are where they belong.
        assertTrue(larger.channel(8, 8, 1) > 235, "the centre is white");
        assertTrue(larger.channel(0, 8, 1) > 100, "the cut begins where the white does");
    }

    @Test
    void the_same_size_changes_nothing() {
        PixelImage image = new PixelImage(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
        assertArrayEquals(image.rgb(), ImageFit.crop(image, new ImageSize(2, 1)).rgb());
    }
}
