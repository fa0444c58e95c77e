package stipple.eval.composition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;
import stipple.data.composition.Renderer;
import stipple.data.composition.Scene;
import stipple.data.composition.SceneObject;
import stipple.data.composition.Shape;
import stipple.data.pixels.Pixels;

class DetectorTest {
    private static SceneObject object(Shape shape, Colour colour, double x, double y, double size) {
        return new SceneObject(shape, colour, colour.rgb(), x, y, size);
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void every_shape_is_known_in_every_colour_on_every_ground(Shape shape) {
        List<Colour> colours = List.of(Colour.values());
        List<Ground> grounds = List.of(Ground.values());
        for (int i = 0; i < colours.size(); i++) {
            Colour colour = colours.get(i);
            Ground ground = grounds.get(i % grounds.size());
            Scene scene = new Scene(ground, List.of(object(shape, colour, 0.4, 0.55, 0.3)));
            Detected found = Detector.detect(Renderer.draw(scene, 128));
            assertTrue(JudgeAccuracy.reads(found, scene), scene + " read as " + found.words());
            assertEquals(0.3, found.objects().getFirst().size(), 0.03);
        }
    }

    @Test
    void rendered_scenes_are_read_without_a_mistake() {
        assertEquals(1, JudgeAccuracy.measure(150, 128, p -> p).overall());
        assertEquals(1, JudgeAccuracy.measure(100, 64, p -> p).overall());
    }

    @Test
    void blur_and_noise_hardly_matter() {
        double blurred =
                JudgeAccuracy.measure(100, 128, p -> Changes.blurred(p, 2)).overall();
        double noisy =
                JudgeAccuracy.measure(100, 128, p -> Changes.noisy(p, 12)).overall();
        assertTrue(blurred >= 0.95, "blurred " + blurred);
        assertTrue(noisy >= 0.97, "noisy " + noisy);
    }

    @Test
    void a_smear_is_no_shape_and_a_gradient_no_plain_ground() {
        byte[] rgb = new byte[3 * 128 * 128];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % 128;
            int y = i / 3 / 128;
            boolean smear = y > 60 && y < 68 && x > 10 && x < 118;
            rgb[i] = (byte) (smear ? 20 : 255);
        }
        Detected found = Detector.detect(new Pixels(128, 128, rgb));
        assertEquals(1, found.objects().size());
        assertEquals(Optional.empty(), found.objects().getFirst().shape(), found.words());
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (255 - i / 3 % 128);
        }
        assertEquals(
                Optional.empty(), Detector.detect(new Pixels(128, 128, rgb)).ground());
    }

    @Test
    void an_empty_ground_has_nothing_on_it_and_specks_are_no_objects() {
        byte[] rgb = Renderer.draw(new Scene(Ground.CREAM, List.of()), 64).rgb();
        // A dark blot of two by two pixels.
        for (int pixel : new int[] {20, 21, 64 + 20, 64 + 21}) {
            for (int c = 0; c < 3; c++) {
                rgb[3 * (64 * 20 + pixel) + c] = 30;
            }
        }
        Detected found = Detector.detect(new Pixels(64, 64, rgb));
        assertEquals(List.of(), found.objects());
        assertEquals(Optional.of(Ground.CREAM), found.ground());
    }
}
