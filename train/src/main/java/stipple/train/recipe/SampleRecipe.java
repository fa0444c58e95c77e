package stipple.train.recipe;

import java.util.List;
import stipple.torch.UserException;

/**
 * When and what to draw during a run.
 *
 * @param every steps between sample grids
 * @param prompts fixed prompts, for a model; an autoencoder shows held-out pictures instead
 * @param cfg guidance scale of the samples
 * @param steps sampler steps of the samples
 * @param contextNoise noise over tokens as they are read back; 0 if left out. This, {@code cfg} and {@code steps} become what a new
 *     model recommends
 */
public record SampleRecipe(long every, List<String> prompts, double cfg, int steps, Double contextNoise) {
    /** Checks ranges. */
    public SampleRecipe {
        Checks.positive("samples.every", every);
        Checks.positive("samples.steps", steps);
        if (!(cfg >= 1)) {
            throw new UserException("Recipe: samples.cfg must be at least 1 (no guidance), got " + cfg);
        }
        contextNoise = contextNoise == null ? 0 : contextNoise;
        if (!(contextNoise >= 0 && contextNoise <= 1)) {
            throw new UserException("Recipe: samples.context_noise must be from 0 to 1, got " + contextNoise);
        }
        prompts = prompts == null ? List.of() : List.copyOf(prompts);
    }
}
