package stipple.model.config;

/**
 * Weights of the training loss (reference §2.7).
 *
 * @param textWeight weight of the LM loss
 * @param imageWeight weight of the flow-matching loss
 * @param tokenLengthWeight whether the two are averaged by their token counts
 * @param noiseStrength largest noise added to input latents in training, 0 for none
 */
public record LossConfig(double textWeight, double imageWeight, boolean tokenLengthWeight, double noiseStrength) {
    /** Checks that the weights are not negative. */
    public LossConfig {
        Checks.notNegative("lm_loss_weight", textWeight);
        Checks.notNegative("im_loss_weight", imageWeight);
        Checks.notNegative("noise_strength", noiseStrength);
    }
}
