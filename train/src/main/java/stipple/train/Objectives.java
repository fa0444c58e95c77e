package stipple.train;

import java.util.Map;
import stipple.torch.UserException;
import stipple.train.check.ScratchOutput;
import stipple.train.dpo.DpoObjective;
import stipple.train.objective.AutoencoderObjective;
import stipple.train.objective.ClassifierObjective;
import stipple.train.objective.DualEncoderObjective;
import stipple.train.objective.NextStepObjective;
import stipple.train.objective.Objective;
import stipple.train.recipe.Recipe;
import stipple.train.rl.GrpoObjective;

/** Finds the objective that a recipe names. */
public final class Objectives {
    private Objectives() {}

    /** Loads data and weights for a recipe. */
    public static Objective of(Recipe recipe) {
        return switch (recipe.objective()) {
            case "autoencoder" -> new AutoencoderObjective(recipe);
            case "nextstep" -> new NextStepObjective(recipe);
            case "dpo" -> new DpoObjective(recipe);
            case "grpo" -> new GrpoObjective(recipe);
            case "dual_encoder" -> new DualEncoderObjective(recipe);
            case "classifier" -> new ClassifierObjective(recipe);
            default -> throw new IllegalStateException("Recipe passed its checks with " + recipe.objective());
        };
    }

    /**
     * Measures what a recipe starts from, as a run measures along the way; nothing is trained or written.
     *
     * @return named figures
     * @throws UserException if the recipe holds nothing out
     */
    public static Map<String, Double> measure(Recipe recipe) {
        Map<String, Double> figures = ScratchOutput.with(recipe, scratch -> {
            if (scratch.objective().equals("nextstep")) {
                return NextStepObjective.measure(scratch);
            }
            try (Objective objective = of(scratch)) {
                return objective.evaluate(objective.weights());
            }
        });
        if (figures.isEmpty()) {
            throw new UserException("The recipe holds nothing out to measure on; name data.shards and data.holdout, or"
                    + " holdout in a part of data.mixture");
        }
        return figures;
    }
}
