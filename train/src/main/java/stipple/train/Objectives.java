package stipple.train;

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
}
