package stipple.train.recipe;

import java.util.List;

/**
 * The resolutions of a stretch of the run.
 *
 * @param until the step at which the next stage begins; the last stage goes on to the end
 * @param bases sides of the squares around which pictures are bucketed, in pixels
 */
public record StageRecipe(long until, List<Integer> bases) {
    /** Checks presence and ranges. */
    public StageRecipe {
        Checks.positive("data.stages.until", until);
        Checks.present("data.stages.bases", bases);
        bases = List.copyOf(bases);
    }
}
