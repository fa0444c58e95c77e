package stipple.eval.edits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import stipple.data.composition.Renderer;
import stipple.data.composition.SceneEdit;
import stipple.data.composition.SceneEdits;
import stipple.data.composition.SceneObject;
import stipple.data.pixels.Pixels;
import stipple.eval.composition.SceneEditJudge;

class EditJudgeTest {
    private static final int SIDE = 32;
    private static final EditJudge JUDGE = new EditJudge(null);

    /** A square of one colour beside a grey bar on white. */
    private static Pixels scene(int rgb, int bar, int shift) {
        Pixels picture = Pixels.filled(SIDE, SIDE, 255);
        for (int y = 8; y < 20; y++) {
            for (int x = 4 + shift; x < 16 + shift; x++) {
                for (int c = 0; c < 3; c++) {
                    picture.rgb()[3 * (y * SIDE + x) + c] = (byte) (rgb >> (16 - 8 * c));
                }
            }
        }
        for (int y = 24; y < 30; y++) {
            for (int x = 2; x < 30; x++) {
                for (int c = 0; c < 3; c++) {
                    picture.rgb()[3 * (y * SIDE + x) + c] = (byte) bar;
                }
            }
        }
        return picture;
    }

    private static EditSample recolour() {
        return new EditSample(
                "k",
                "recolour",
                "make it blue",
                "a red square",
                "a blue square",
                scene(0xdd2020, 90, 0),
                scene(0x2020dd, 90, 0),
                null);
    }

    private static EditJudge.Verdict judge(EditSample edit, Pixels result) {
        return JUDGE.judge(edit, result, edit);
    }

    @Test
    void the_target_is_right_and_the_unchanged_source_does_not_obey() {
        EditSample edit = recolour();
        assertTrue(judge(edit, edit.target()).isRight());
        EditJudge.Verdict unchanged = judge(edit, edit.source());
        assertFalse(unchanged.obeyed());
        assertTrue(unchanged.kept());
    }

    @Test
    void a_colour_that_is_nearly_right_obeys_and_another_does_not() {
        assertTrue(judge(recolour(), scene(0x4040c0, 90, 0)).isRight());
        assertFalse(judge(recolour(), scene(0xc06040, 90, 0)).obeyed());
        // Half way is not there.
        assertFalse(judge(recolour(), scene(0x802080, 90, 0)).obeyed());
        assertFalse(judge(recolour(), Pixels.filled(SIDE, SIDE, 255)).isRight());
    }

    @Test
    void a_result_that_changes_the_rest_too_is_told() {
        // The bar turned from grey to black.
        EditJudge.Verdict verdict = judge(recolour(), scene(0x2020dd, 0, 0));
        assertTrue(verdict.obeyed());
        assertFalse(verdict.kept());
        assertEquals("obeyed, rest changed", verdict.words());
    }

    @Test
    void a_mirrored_picture_is_told_from_one_that_is_not() {
        Pixels source = scene(0xdd2020, 90, 0);
        EditSample mirror = new EditSample("k", "mirror", "mirror it", "", "", source, source.mirrored(), null);
        assertTrue(judge(mirror, source.mirrored()).isRight());
        assertFalse(judge(mirror, source).obeyed());
        // White paper does neither.
        assertFalse(judge(mirror, Pixels.filled(SIDE, SIDE, 255)).isRight());
    }

    @Test
    void edits_of_scenes_are_judged_by_what_is_found() {
        SceneEdits edits = new SceneEdits(5);
        int targets = 0;
        List<SceneEdit> all = Stream.of("recolour", "background", "swap", "remove", "add", "replace", "move")
                .flatMap(kind -> LongStream.range(0, 1000)
                        .mapToObj(i -> i % 2 == 0 ? edits.test(i) : edits.train(i))
                        .filter(edit -> edit.kind().equals(kind))
                        .limit(8))
                .toList();
        assertEquals(7 * 8, all.size());
        for (SceneEdit edit : all) {
            Pixels source = Renderer.draw(edit.source(), 64);
            Pixels target = Renderer.draw(edit.target(), 64);
            EditSample sample = new EditSample(
                    "k",
                    edit.kind(),
                    edit.instructions().getFirst(),
                    "",
                    "",
                    source,
                    target,
                    new EditSample.Scenes(edit.source(), edit.target()));
            EditJudge.Verdict right = judge(sample, target);
            targets += right.isRight() ? 1 : 0;
            EditJudge.Verdict unchanged = judge(sample, source);
            assertFalse(unchanged.obeyed(), edit.kind() + " of " + edit.source().json());
            assertTrue(unchanged.score() < right.score(), edit.kind());
            assertFalse(judge(sample, Pixels.filled(64, 64, 255)).isRight(), edit.kind());
        }
        assertTrue(targets >= 54, targets + " of 56 targets called right");
    }

    @Test
    void what_a_scene_had_besides_must_still_be_there() {
        SceneEdit edit = LongStream.range(0, 400)
                .mapToObj(new SceneEdits(5)::test)
                .filter(e -> e.kind().equals("recolour") && e.source().objects().size() == 2)
                .filter(e -> e.target().objects().stream().anyMatch(e.source().objects()::contains))
                .findFirst()
                .orElseThrow();
        SceneObject changed = edit.target().objects().stream()
                .filter(o -> !edit.source().objects().contains(o))
                .findFirst()
                .orElseThrow();
        Pixels alone = Renderer.draw(edit.target().with(List.of(changed)), 64);
        SceneEditJudge.Outcome outcome = SceneEditJudge.judge(edit.source(), edit.target(), alone);
        assertTrue(outcome.obeyed());
        assertFalse(outcome.kept(), "the other object is gone");
    }
}
