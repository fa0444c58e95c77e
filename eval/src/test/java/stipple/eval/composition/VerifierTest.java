package stipple.eval.composition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stipple.data.composition.Colour;
import stipple.data.composition.Ground;
import stipple.data.composition.Renderer;
import stipple.data.composition.Scene;
import stipple.data.composition.SceneClass;
import stipple.data.composition.SceneGenerator;
import stipple.data.composition.SceneObject;
import stipple.data.composition.ScenePrompt;
import stipple.data.composition.ScenePrompts;
import stipple.data.composition.Shape;
import stipple.data.pixels.Pixels;

class VerifierTest {
    private static final List<Seen> SEEN = seen();

    /** A scene, and what the judge sees of it. */
    private record Seen(Scene scene, Detected found) {}

    private static List<Seen> seen() {
        SceneGenerator generator = new SceneGenerator(31);
        return LongStream.range(0, 200)
                .mapToObj(i -> generator.train(i).scene())
                .map(scene -> new Seen(scene, Detector.detect(Renderer.draw(scene, 64))))
                .toList();
    }

    private static SceneObject object(Shape shape, Colour colour, double x) {
        return new SceneObject(shape, colour, colour.rgb(), x, 0.5, 0.3);
    }

    private static Pixels white(SceneObject... objects) {
        return Renderer.draw(new Scene(Ground.WHITE, List.of(objects)), 128);
    }

    @ParameterizedTest
    @EnumSource(SceneClass.class)
    void verdicts_on_rendered_scenes_are_those_of_the_definition(SceneClass type) {
        List<ScenePrompt> prompts = ScenePrompts.seen(type);
        int fitting = 0;
        for (Seen seen : SEEN) {
            for (ScenePrompt prompt : prompts) {
                Verdict verdict = Verifier.judge(prompt, seen.found());
                assertEquals(prompt.fits(seen.scene()), verdict.correct(), prompt.text() + " for " + seen.scene());
                assertEquals(verdict.correct(), verdict.score() == 1, prompt.text());
                assertTrue(verdict.score() >= 0 && verdict.score() <= 1);
                fitting += verdict.correct() ? 1 : 0;
            }
        }
        assertTrue(type == SceneClass.BINDING || fitting > 0, "no scene fits any prompt of " + type.id());
    }

    @Test
    void faults_are_named_one_by_one() {
        ScenePrompt prompt = ScenePrompts.test(SceneClass.BINDING).getFirst();
        Shape first = prompt.wanted().get(0).shape();
        Shape second = prompt.wanted().get(1).shape();
        Colour firstColour = prompt.wanted().get(0).colour().orElseThrow();
        Colour secondColour = prompt.wanted().get(1).colour().orElseThrow();
        Verdict right =
                Verifier.judge(prompt, white(object(first, firstColour, 0.25), object(second, secondColour, 0.75)));
        assertTrue(right.correct(), right.words());
        Verdict swapped =
                Verifier.judge(prompt, white(object(first, secondColour, 0.25), object(second, firstColour, 0.75)));
        assertEquals(
                List.of(
                        "no " + firstColour.word() + " " + first.word(),
                        "no " + secondColour.word() + " " + second.word()),
                swapped.faults());
        Verdict alone = Verifier.judge(prompt, white(object(first, firstColour, 0.5)));
        assertFalse(alone.correct());
        assertTrue(alone.score() > 0 && alone.score() < 1, "score " + alone.score());
    }

    @Test
    void the_reward_falls_with_every_fault() {
        SceneObject star = object(Shape.STAR, Colour.RED, 0.25);
        SceneObject cup = object(Shape.CUP, Colour.BLUE, 0.75);
        Scene scene = new Scene(Ground.WHITE, List.of(star, cup));
        double exact = Verifier.score(scene, white(star, cup));
        double moved = Verifier.score(scene, white(star.movedTo(0.3, 0.5), cup));
        double recoloured = Verifier.score(scene, white(star.recoloured(Colour.GREEN), cup));
        double other = Verifier.score(scene, white(object(Shape.HEART, Colour.GREEN, 0.25), cup));
        double missing = Verifier.score(scene, white(cup));
        double nothing = Verifier.score(scene, white());
        assertTrue(exact > 0.97, "exact " + exact);
        assertTrue(exact > moved && moved > recoloured, moved + " " + recoloured);
        assertTrue(recoloured > other && other > missing && missing > nothing, other + " " + missing + " " + nothing);
        SceneObject extra = new SceneObject(Shape.MOON, Colour.BLACK, Colour.BLACK.rgb(), 0.5, 0.85, 0.2);
        double crowded = Verifier.score(scene, white(star, cup, extra));
        assertTrue(crowded < exact - 0.1, "an object too many: " + crowded);
    }
}
