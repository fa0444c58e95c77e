package stipple.data.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;
import stipple.data.composition.Renderer;
import stipple.data.composition.Scene;
import stipple.data.composition.SceneObject;
import stipple.data.composition.Shape;
import stipple.data.pixels.Pixels;

class DuplicateIndexTest {
    private static Pixels star(Colour colour, double x, double size) {
        SceneObject object = new SceneObject(Shape.STAR, colour, colour.rgb(), x, 0.5, size);
        return Renderer.draw(new Scene(Ground.WHITE, java.util.List.of(object)), 64);
    }

    @Test
    void an_equal_and_a_hardly_different_picture_are_found_and_a_recoloured_or_moved_one_stays() {
        DuplicateIndex index = new DuplicateIndex();
        assertEquals(Optional.empty(), index.add(Fingerprint.of(star(Colour.RED, 0.5, 0.6))));
        assertEquals(Optional.of("exact duplicate"), index.add(Fingerprint.of(star(Colour.RED, 0.5, 0.6))));
        assertEquals(Optional.of("near duplicate"), index.add(Fingerprint.of(star(Colour.RED, 0.5, 0.603))));
        assertEquals(Optional.empty(), index.add(Fingerprint.of(star(Colour.ORANGE, 0.5, 0.6))));
        assertEquals(Optional.empty(), index.add(Fingerprint.of(star(Colour.RED, 0.56, 0.6))));
    }

    @Test
    void blank_and_tiny_drawings_are_faults() {
        assertEquals(Optional.of("blank picture"), PictureChecks.fault(Pixels.filled(32, 32, 250)));
        assertEquals(Optional.of("tiny drawing"), PictureChecks.fault(star(Colour.BLUE, 0.5, 0.1)));
        assertEquals(Optional.empty(), PictureChecks.fault(star(Colour.BLUE, 0.5, 0.3)));
    }
}
