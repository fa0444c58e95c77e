package stipple.eval.edits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import stipple.data.pixels.Pixels;

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
                scene(0x2020dd, 90, 0));
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
        EditSample mirror = new EditSample("k", "mirror", "mirror it", "", "", source, source.mirrored());
        assertTrue(judge(mirror, source.mirrored()).isRight());
        assertFalse(judge(mirror, source).obeyed());
        // White paper does neither.
        assertFalse(judge(mirror, Pixels.filled(SIDE, SIDE, 255)).isRight());
    }
}
