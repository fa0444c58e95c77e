package stipple.eval.edits;

import java.util.Set;
import stipple.data.pixels.Pixels;
import stipple.eval.agreement.AgreementScorer;
import stipple.eval.composition.SceneEditJudge;
import stipple.eval.composition.Verifier;

/**
 * Judges an edit by what it should have become. Where the set tells the scenes before and after, what is found in the result
 * decides. Otherwise, where one picture is right (another skin tone, another colour, mirrored), pixels
 * decide: where source and target differ the result must be much nearer to the target, elsewhere it must still be the source.
 * Where many pictures would be right (another style, colour for a drawing), the dual encoder decides: the result must suit the
 * target's caption better than the source's, better than that of another subject, and not much worse than the target does.
 * Blank paper obeys nothing.
 */
final class EditJudge {
    /** Kinds with more than one right picture. */
    private static final Set<String> FREE = Set.of("style", "colourise");

    /** Levels by which a pixel must differ for source and target to be told apart there. */
    private static final double DIFFERENT = 24;

    /** Share of the way from target to source up to which a result counts as there. */
    private static final double THERE = 0.45;

    /** Mean distance in levels up to which the rest counts as kept: what an autoencoder of 25 dB does to a picture. */
    private static final double KEPT = 14;

    /** The same for the part of the rest that is not white ground, of which there may be little. */
    private static final double KEPT_DRAWN = 48;

    /** How well a result must suit the caption, as a share of how well the target does. */
    private static final double SUITED = 0.7;

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
     * @param score how near the result comes, 0 to 1
     */
    record Verdict(boolean obeyed, boolean kept, double score) {
        /** A verdict without shades. */
        Verdict(boolean obeyed, boolean kept) {
            this(obeyed, kept, (obeyed ? 0.5 : 0) + (kept ? 0.5 : 0));
        }

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
        if (edit.scenes() != null) {
            return byScene(edit.scenes(), result);
        }
        return FREE.contains(edit.kind()) && !edit.after().isEmpty()
                ? byCaption(edit, result, other)
                : byPixels(edit, result);
    }

    private static Verdict byScene(EditSample.Scenes scenes, Pixels result) {
        SceneEditJudge.Outcome outcome = SceneEditJudge.judge(scenes.source(), scenes.target(), result);
        return new Verdict(outcome.obeyed(), outcome.kept(), Verifier.score(scenes.target(), result));
    }

    private Verdict byCaption(EditSample edit, Pixels result, EditSample other) {
        double after = scorer.score(result, edit.after());
        boolean suited = after > SUITED * scorer.score(edit.target(), edit.after());
        boolean obeyed = suited && after > scorer.score(result, edit.before());
        boolean kept = suited && (edit.after().equals(other.after()) || after > scorer.score(result, other.after()));
        return new Verdict(obeyed, kept);
    }

    private static Verdict byPixels(EditSample edit, Pixels result) {
        Pixels source = edit.source();
        Pixels target = edit.target();
        double way = 0;
        double toTarget = 0;
        Mean rest = new Mean();
        Mean drawn = new Mean();
        for (int i = 0; i < source.width() * source.height(); i++) {
            double moved = distance(source, target, i);
            double missed = distance(result, target, i);
            if (moved > DIFFERENT) {
                way += moved;
                toTarget += missed;
            } else {
                rest.add(missed);
                if (fromWhite(target, i) > DIFFERENT) {
                    drawn.add(missed);
                }
            }
        }
        return new Verdict(toTarget < THERE * way, rest.below(KEPT) && drawn.below(KEPT_DRAWN));
    }

    /** A mean over pixels. */
    private static final class Mean {
        private double sum;
        private int count;

        void add(double value) {
            sum += value;
            count++;
        }

        /** Whether it is below a limit; where there is nothing, nothing was changed. */
        boolean below(double limit) {
            return count == 0 || sum / count < limit;
        }
    }

    private static double fromWhite(Pixels picture, int pixel) {
        int darkest = 255;
        for (int c = 0; c < 3; c++) {
            darkest = Math.min(darkest, picture.rgb()[3 * pixel + c] & 0xff);
        }
        return 255 - darkest;
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
