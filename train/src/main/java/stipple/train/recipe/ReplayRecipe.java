package stipple.train.recipe;

/**
 * Rows of {@code data.mixture} learnt on in post-training, one for each sample of the batch, so that what the pairs or the
 * rewards are not about is not forgotten.
 *
 * @param weight of the rows' loss, which is that of pre-training, beside the loss of the objective
 */
public record ReplayRecipe(double weight) {
    /** Checks the weight. */
    public ReplayRecipe {
        Checks.positive("replay.weight", weight);
    }
}
