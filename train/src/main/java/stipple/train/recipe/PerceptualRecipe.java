package stipple.train.recipe;

/**
 * How much the image tokenizer's pictures must look like the originals to a fixed network.
 *
 * @param weight of the perceptual distance in the loss; 0 only measures it on held-out pictures
 * @param network folder of the feature network, made by {@code stipple data build features}
 */
public record PerceptualRecipe(double weight, String network) {
    /** Checks presence and range. */
    public PerceptualRecipe {
        Checks.notNegative("autoencoder.perceptual.weight", weight);
        Checks.present("autoencoder.perceptual.network", network);
    }
}
