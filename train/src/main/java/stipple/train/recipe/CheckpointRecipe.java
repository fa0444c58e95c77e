package stipple.train.recipe;

/**
 * When to save the state of a run.
 *
 * @param every steps between checkpoints
 * @param keep how many of the newest to keep
 * @param best name of an evaluation figure whose best checkpoint is kept as well, or null
 */
public record CheckpointRecipe(long every, int keep, String best) {
    /** Checks ranges. */
    public CheckpointRecipe {
        Checks.positive("checkpoint.every", every);
        Checks.positive("checkpoint.keep", keep);
    }
}
