package stipple.data.composition;

import java.util.Optional;

/**
 * What a prompt demands of the objects.
 *
 * @param shape the shape
 * @param colour the colour, if the prompt names one
 * @param count how many of them, exactly
 */
public record Wanted(Shape shape, Optional<Colour> colour, int count) {
    static Wanted one(Shape shape) {
        return new Wanted(shape, Optional.empty(), 1);
    }

    static Wanted one(Colour colour, Shape shape) {
        return new Wanted(shape, Optional.of(colour), 1);
    }
}
