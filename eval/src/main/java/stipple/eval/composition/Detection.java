package stipple.eval.composition;

import java.util.Optional;
import stipple.data.composition.Colour;
import stipple.data.composition.Shape;

/**
 * An object found in a picture.
 *
 * @param shape what it is; empty if it resembles no shape of the domain enough
 * @param colour its colour in the palette; empty if it is far from all of them
 * @param match overlap of its silhouette with that of the most similar shape, 0 to 1 (intersection over union)
 * @param x centre of its bounding box, as a part of the picture's width
 * @param y centre of its bounding box, as a part of the picture's height
 * @param size the longer side of its bounding box, as a part of the picture's longer side
 */
public record Detection(Optional<Shape> shape, Optional<Colour> colour, double match, double x, double y, double size) {
    /** Words for a report, {@code red star} or {@code red something}. */
    public String words() {
        return colour.map(Colour::word).orElse("off-palette") + " "
                + shape.map(Shape::word).orElse("something");
    }
}
