package stipple.train.recipe;

/**
 * Rows of {@code data.mixture} learnt on in post-training, beside each sample of the batch, so that what the pairs or the
 * rewards are not about is not forgotten.
 *
 * @param weight of the rows' loss, which is that of pre-training, beside the loss of the objective
 * @param rows beside each sample, which for {@code grpo} is a prompt with its group; left out, 1
 */
public record ReplayRecipe(double weight, Integer rows) {
    /** Checks both. */
    public ReplayRecipe {
        rows = rows == null ? 1 : rows;
        Checks.positive("replay.rows", rows);
        Checks.positive("replay.weight", weight);
    }
}
