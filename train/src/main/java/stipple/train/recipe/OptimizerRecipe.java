package stipple.train.recipe;

import stipple.torch.UserException;

/**
 * AdamW and the course of its learning rate.
 *
 * @param lr highest learning rate
 * @param schedule {@code constant} or {@code cosine}, after the warm-up
 * @param finalFraction share of the rate that is left at the end of a cosine
 * @param warmup steps of linear warm-up
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param eps added to the root of the second moment
 * @param weightDecay decoupled decay of matrices; norms and biases are never decayed
 * @param clip largest norm of the whole gradient
 */
public record OptimizerRecipe(
        double lr,
        String schedule,
        double finalFraction,
        long warmup,
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        double clip) {
    /** Checks ranges. */
    public OptimizerRecipe {
        Checks.positive("optimizer.lr", lr);
        Checks.present("optimizer.schedule", schedule);
        Checks.notNegative("optimizer.final_fraction", finalFraction);
        Checks.notNegative("optimizer.warmup", warmup);
        Checks.fraction("optimizer.beta1", beta1);
        Checks.fraction("optimizer.beta2", beta2);
        Checks.positive("optimizer.eps", eps);
        Checks.notNegative("optimizer.weight_decay", weightDecay);
        Checks.positive("optimizer.clip", clip);
        if (!schedule.equals("constant") && !schedule.equals("cosine")) {
            throw new UserException("Recipe: unknown optimizer.schedule '" + schedule + "'; use constant or cosine");
        }
    }

    /** The learning rate of a step, counted from 0, of a run of {@code steps}. */
    public double rate(long step, long steps) {
        if (step < warmup) {
            return lr * (step + 1) / warmup;
        }
        if (schedule.equals("constant")) {
            return lr;
        }
        double progress = (double) (step - warmup) / Math.max(1, steps - warmup);
        double wave = 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
        return lr * ((1 - finalFraction) * wave + finalFraction);
    }
}
