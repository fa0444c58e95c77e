package stipple.train.recipe;

import stipple.torch.UserException;

/**
 * Preference training on pairs of pictures (Flow-DPO, arXiv 2501.13918, per image token).
 *
 * @param pairs folder with {@code pairs.jsonl} and pictures
 * @param holdout such a folder to measure on; left out, nothing is measured
 * @param beta how strongly the model may leave the reference: the loss is {@code -log sigmoid(-beta / 2 * margin)} of
 *     mean squared velocity errors
 * @param weighting {@code constant} (left out), or {@code time}: beta times t², which trusts points near the picture more
 */
public record DpoRecipe(String pairs, String holdout, double beta, String weighting) {
    /** Checks presence and ranges. */
    public DpoRecipe {
        Checks.present("dpo.pairs", pairs);
        Checks.positive("dpo.beta", beta);
        weighting = weighting == null ? "constant" : weighting;
        if (!weighting.equals("constant") && !weighting.equals("time")) {
            throw new UserException("Recipe: unknown dpo.weighting '" + weighting + "'; use constant or time");
        }
    }

    /** Whether errors are weighted by their times. */
    public boolean byTime() {
        return weighting.equals("time");
    }
}
