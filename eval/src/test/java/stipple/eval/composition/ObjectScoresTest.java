package stipple.eval.composition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;
import stipple.data.composition.Renderer;
import stipple.data.composition.Scene;
import stipple.data.composition.SceneClass;
import stipple.data.composition.SceneObject;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.data.composition.Shape;
import stipple.data.composition.Wanted;

/** Which object of a rendered scene is right, and what is missing between them. */
class ObjectScoresTest {
    private static SceneObject object(Shape shape, Colour colour, double x, double y) {
        return new SceneObject(shape, colour, colour.rgb(), x, y, 0.25);
    }

    private static ScenePrompt prompt(SceneClass type) {
        return ScenePrompts.seen(type).stream()
                .filter(one -> one.ground() == Ground.WHITE)
                .findFirst()
                .orElseThrow();
    }

    private static ObjectScores scores(ScenePrompt prompt, SceneObject... objects) {
        return ObjectScores.of(prompt, Detector.detect(Renderer.draw(new Scene(Ground.WHITE, List.of(objects)), 128)));
    }

    private static List<Double> values(ObjectScores scores) {
        return scores.objects().stream().map(ObjectScores.Scored::score).toList();
    }

    private static Colour otherThan(Colour colour) {
        return colour == Colour.RED ? Colour.BLUE : Colour.RED;
    }

    private static Shape otherThan(Shape shape) {
        return shape == Shape.CIRCLE ? Shape.SQUARE : Shape.CIRCLE;
    }

    @Test
    void objects_take_what_is_asked_for_in_drawing_order_and_those_after_them_are_too_many() {
        ScenePrompt prompt = prompt(SceneClass.COLOURS);
        Wanted wanted = prompt.wanted().getFirst();
        Colour colour = wanted.colour().orElseThrow();

        ObjectScores right = scores(prompt, object(wanted.shape(), colour, 0.5, 0.5));
        assertEquals(List.of(1.0), values(right));
        assertEquals(1, right.rest());

        ObjectScores twice =
                scores(prompt, object(wanted.shape(), colour, 0.7, 0.8), object(wanted.shape(), colour, 0.3, 0.2));
        assertEquals(List.of(1.0, 0.0), values(twice));
        assertEquals(0.2, twice.objects().getFirst().object().y(), 0.05, "the upper one is drawn first");
    }

    @Test
    void a_wrong_colour_costs_half_and_a_wrong_shape_all_and_then_something_is_missing() {
        ScenePrompt prompt = prompt(SceneClass.COLOURS);
        Wanted wanted = prompt.wanted().getFirst();
        Colour colour = wanted.colour().orElseThrow();

        assertEquals(List.of(0.5), values(scores(prompt, object(wanted.shape(), otherThan(colour), 0.5, 0.5))));
        ObjectScores other = scores(prompt, object(otherThan(wanted.shape()), colour, 0.5, 0.5));
        assertEquals(List.of(0.0), values(other));
        assertEquals(0, other.rest());
        assertEquals(0, scores(prompt).rest(), "an empty picture has nothing that is right");
    }

    @Test
    void of_two_that_lie_the_wrong_way_round_the_second_is_to_blame() {
        ScenePrompt prompt = prompt(SceneClass.POSITIONS);
        Wanted first = prompt.wanted().get(0);
        Wanted second = prompt.wanted().get(1);
        SceneObject[][] layouts = {
            {object(first.shape(), Colour.RED, 0.25, 0.5), object(second.shape(), Colour.BLUE, 0.75, 0.5)},
            {object(first.shape(), Colour.RED, 0.75, 0.5), object(second.shape(), Colour.BLUE, 0.25, 0.5)},
            {object(first.shape(), Colour.RED, 0.5, 0.2), object(second.shape(), Colour.BLUE, 0.5, 0.8)},
            {object(first.shape(), Colour.RED, 0.5, 0.8), object(second.shape(), Colour.BLUE, 0.5, 0.2)},
        };
        int right = 0;
        for (SceneObject[] layout : layouts) {
            List<Double> values = values(scores(prompt, layout));
            boolean fits = prompt.fits(new Scene(Ground.WHITE, List.of(layout)));
            assertEquals(fits ? List.of(1.0, 1.0) : List.of(1.0, 0.5), values, prompt.text());
            right += fits ? 1 : 0;
        }
        assertEquals(1, right);
    }
}
