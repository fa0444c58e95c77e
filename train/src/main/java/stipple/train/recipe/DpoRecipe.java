package stipple.train.recipe;

import stipple.torch.UserException;

/**
 * Preference training on pairs of pictures (Flow-DPO, arXiv 2501.13918, per image token).
 *
 * @param pairs folder with {@code pairs.jsonl} and pictures
 * @param holdout such a folder to measure on; left out, nothing is measured
 * @param beta how strongly the model may leave the reference: the loss is {@code -log sigmoid(-beta / 2 * margin)} of
 *     mean squared velocity errors
 * @param winnerWeight weight of the winners' own flow loss beside the preference, which keeps them from getting worse along with
 *     the losers (the likelihood term of arXiv 2404.19733); left out, 0
 * @param weighting {@code constant} (left out), or {@code time}: beta times t², which trusts points near the picture more
 */
public record DpoRecipe(String pairs, String holdout, double beta, Double winnerWeight, String weighting) {
    /** Checks presence and ranges. */
    public DpoRecipe {
        Checks.present("dpo.pairs", pairs);
        Checks.positive("dpo.beta", beta);
        winnerWeight = winnerWeight == null ? 0 : winnerWeight;
        Checks.notNegative("dpo.winner_weight", winnerWeight);
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
