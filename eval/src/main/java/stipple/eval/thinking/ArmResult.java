package stipple.eval.thinking;

import stipple.eval.stats.Bootstrap;
import stipple.eval.stats.Interval;

/**
 * What one way of drawing came to.
 *
 * @param arm its name
 * @param correct share of pictures without a fault, the unweighted mean over classes
 * @param interval of that share, 95 %
 * @param score mean share of the demands that are met
 * @param gain against drawing at once, paired by prompt and seed; null for that one
 * @param plans share of the plans that ask for what the prompt asks for; not a number where there are none
 * @param unfinished share of thoughts that did not come to an end, and were left out of the prompt
 * @param textTokens written a picture
 * @param imageTokens drawn a picture
 */
public record ArmResult(
        String arm,
        double correct,
        Interval interval,
        double score,
        Bootstrap.Difference gain,
        double plans,
        double unfinished,
        double textTokens,
        double imageTokens) {
    /** Points of correctness gained per thousand tokens beyond those of drawing at once; not a number without any. */
    public double gainPerThousandTokens(double direct) {
        double more = textTokens + imageTokens - direct;
        return gain == null || more <= 0 ? Double.NaN : 100_000 * gain.value() / more;
    }
}
