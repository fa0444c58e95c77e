package stipple.train.pipeline;

import java.util.Locale;
import stipple.data.SkipLog;

/**
 * What became of a part of the mixture.
 *
 * @param name the part
 * @param category what it teaches
 * @param share of the rows
 * @param samples usable samples
 * @param skips what was left out and why
 * @param rejected samples of the first pass that are longer than a row
 * @param waste share of the slots of the first pass that hold nothing
 */
public record PartReport(
        String name, Category category, double share, int samples, SkipLog skips, int rejected, double waste) {
    /** One line for logs. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%s (%s): %.1f %% of the rows, %,d samples, left out %s, %d too long, %.1f %% of the slots empty",
                name,
                category.text(),
                100 * share,
                samples,
                skips.summary(),
                rejected,
                100 * waste);
    }
}
