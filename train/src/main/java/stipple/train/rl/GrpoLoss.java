package stipple.train.rl;

import stipple.torch.Autograd;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.train.recipe.GrpoRecipe;

/** The clipped objective of group-relative policy optimisation. */
final class GrpoLoss {
    /** No ratio that a finite log-probability gives is larger. */
    private static final double BOUND = 1e30;

    private GrpoLoss() {}

    /**
     * The loss of one flow step and what its ratios were.
     *
     * @param loss {@code []}, the negative objective summed over pictures
     * @param mean of the ratios
     * @param low the smallest ratio
     * @param high the largest ratio
     * @param clipped share of the ratios that no longer count
     */
    record Value(Tensor loss, double mean, double low, double high, double clipped) {}

    /**
     * Evaluates {@code -sum min(r A, clip(r, 1 - c, 1 + c) A)}.
     *
     * @param logProb of each token {@code [pictures * n]}, with gradients
     * @param old the same when the pictures were sampled, without gradients
     * @param advantages one a picture, or one a token
     */
    static Value of(Tensor logProb, Tensor old, double[] advantages, int pictures, GrpoRecipe recipe) {
        Tensor change = logProb.sub(old).reshape(pictures, -1);
        boolean perToken = recipe.ratio().equals("token");
        Tensor ratio = (perToken ? change : change.mean(1)).exp();
        float[] gains = new float[advantages.length];
        float[] losses = new float[advantages.length];
        for (int i = 0; i < advantages.length; i++) {
            gains[i] = (float) Math.max(advantages[i], 0);
            losses[i] = (float) Math.min(advantages[i], 0);
        }
        // min(r A, clip(r) A) bounds the ratio from above where A is positive and from below where it is negative.
        Tensor up = ratio.clamp(0, 1 + recipe.clip()).mul(columns(gains, pictures, ratio));
        Tensor down = ratio.clamp(1 - recipe.clip(), BOUND).mul(columns(losses, pictures, ratio));
        Tensor objective = up.add(down).mean(1).sum();
        return measured(objective.neg(), ratio, advantages, recipe.clip());
    }

    private static Tensor columns(float[] values, int pictures, Tensor like) {
        return Tensors.of(values, pictures, values.length / pictures).to(like.device());
    }

    private static Value measured(Tensor loss, Tensor ratio, double[] advantages, double clip) {
        float[] values = Autograd.detach(ratio).toFloats();
        int perAdvantage = values.length / advantages.length;
        double sum = 0;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        int clipped = 0;
        for (int i = 0; i < values.length; i++) {
            double advantage = advantages[i / perAdvantage];
            sum += values[i];
            low = Math.min(low, values[i]);
            high = Math.max(high, values[i]);
            boolean beyond = advantage > 0 ? values[i] > 1 + clip : advantage < 0 && values[i] < 1 - clip;
            clipped += beyond ? 1 : 0;
        }
        return new Value(loss, sum / values.length, low, high, (double) clipped / values.length);
    }
}
