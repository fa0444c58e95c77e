package stipple.eval.edits;

import java.util.Set;
import stipple.data.pixels.Pixels;
import stipple.eval.agreement.AgreementScorer;

/**
 * Judges an edit by what it should have become. Where one picture is right (another skin tone, another colour, mirrored), pixels
 * decide: where source and target differ the result must be nearer to the target, elsewhere it must still be the source. Where
 * many pictures would be right (another style, colour for a drawing), the dual encoder decides: the result must suit the
 * target's caption better than the source's, and be nearer to its own target than to another subject.
 */
final class EditJudge {
    /** Kinds with more than one right picture. */
    private static final Set<String> FREE = Set.of("style", "colourise");

    /** Levels by which a pixel must differ for source and target to be told apart there. */
    private static final double DIFFERENT = 24;

    /** Mean distance in levels up to which the rest counts as kept: what an autoencoder of 25 dB does to a picture. */
    private static final double KEPT = 14;

    /** Pixels that must be the same in source and target for there to be a rest. */
    private static final double REST = 0.02;

    private final AgreementScorer scorer;

    /**
     * A judge.
     *
     * @param scorer for edits with many right pictures
     */
    EditJudge(AgreementScorer scorer) {
        this.scorer = scorer;
    }

    /**
     * A verdict.
     *
     * @param obeyed whether the instruction was followed
     * @param kept whether the rest is as it was
     */
    record Verdict(boolean obeyed, boolean kept) {
        boolean isRight() {
            return obeyed && kept;
        }

        String words() {
            return (obeyed ? "obeyed" : "not obeyed") + (kept ? ", rest kept" : ", rest changed");
        }
    }

    /**
     * Judges.
     *
     * @param result of the size of the sample's pictures
     * @param other another edit, whose subject the result must not be nearer to
     */
    Verdict judge(EditSample edit, Pixels result, EditSample other) {
        return FREE.contains(edit.kind()) && !edit.after().isEmpty()
                ? byCaption(edit, result, other)
                : byPixels(edit, result);
    }

    private Verdict byCaption(EditSample edit, Pixels result, EditSample other) {
        double after = scorer.score(result, edit.after());
        boolean obeyed = after > scorer.score(result, edit.before());
        boolean kept = edit.after().equals(other.after()) || after > scorer.score(result, other.after());
        return new Verdict(obeyed, kept);
    }

    private static Verdict byPixels(EditSample edit, Pixels result) {
        Pixels source = edit.source();
        Pixels target = edit.target();
        double toSource = 0;
        double toTarget = 0;
        double rest = 0;
        int restPixels = 0;
        int all = source.width() * source.height();
        for (int i = 0; i < all; i++) {
            if (distance(source, target, i) > DIFFERENT) {
                toSource += distance(result, source, i);
                toTarget += distance(result, target, i);
            } else {
                rest += distance(result, target, i);
                restPixels++;
            }
        }
        boolean kept = restPixels < REST * all || rest / restPixels < KEPT;
        return new Verdict(toTarget < toSource, kept);
    }

    /** Largest difference of a pixel's three channels, in levels. */
    private static double distance(Pixels a, Pixels b, int pixel) {
        int largest = 0;
        for (int c = 0; c < 3; c++) {
            int difference = (a.rgb()[3 * pixel + c] & 0xff) - (b.rgb()[3 * pixel + c] & 0xff);
            largest = Math.max(largest, Math.abs(difference));
        }
        return largest;
    }
}
