package stipple.train.recipe;

import java.util.List;

/**
 * What to train on.
 *
 * @param shards folder of a built data set
 * @param families shard families to train on
 * @param holdout shard family that measurements use
 * @param size side in pixels to which pictures are brought
 * @param styles styles to take, all when empty
 * @param skinTones whether skin-tone variants are taken
 */
public record DataRecipe(
        String shards, List<String> families, String holdout, int size, List<String> styles, boolean skinTones) {
    /** Checks presence and ranges. */
    public DataRecipe {
        Checks.present("data.shards", shards);
        Checks.present("data.families", families);
        Checks.present("data.holdout", holdout);
        Checks.positive("data.size", size);
        families = List.copyOf(families);
        styles = styles == null ? List.of() : List.copyOf(styles);
    }
}
