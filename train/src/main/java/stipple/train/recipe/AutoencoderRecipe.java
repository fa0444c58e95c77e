package stipple.train.recipe;

import java.util.List;
import stipple.model.config.VaeConfig;

/**
 * The image tokenizer to train (paper §1.4): reconstruction with noise on the normalised latent.
 *
 * @param ch width at full resolution
 * @param chMult width of each level over {@code ch}
 * @param resBlocks residual blocks per encoder level
 * @param zChannels latent channels
 * @param patch side of the latent patch that is normalised together
 * @param noise gamma: the strength of the latent noise is drawn from U(0, gamma)
 * @param mse weight of the squared error
 * @param l1 weight of the absolute error
 * @param edge weight of the absolute error of neighbouring differences, which keeps outlines crisp
 */
public record AutoencoderRecipe(
        int ch,
        List<Integer> chMult,
        int resBlocks,
        int zChannels,
        int patch,
        double noise,
        double mse,
        double l1,
        double edge) {
    /** Checks ranges. */
    public AutoencoderRecipe {
        Checks.present("autoencoder.ch_mult", chMult);
        chMult = List.copyOf(chMult);
        Checks.positive("autoencoder.ch", ch);
        Checks.positive("autoencoder.res_blocks", resBlocks);
        Checks.positive("autoencoder.z_channels", zChannels);
        Checks.positive("autoencoder.patch", patch);
        Checks.notNegative("autoencoder.noise", noise);
        Checks.notNegative("autoencoder.mse", mse);
        Checks.notNegative("autoencoder.l1", l1);
        Checks.notNegative("autoencoder.edge", edge);
        Checks.positive("autoencoder.mse + l1", mse + l1);
    }

    /** The network's own configuration, at a training resolution in pixels. */
    public VaeConfig config(int resolution) {
        return new VaeConfig(resolution, 3, 3, ch, chMult, resBlocks, zChannels, 1, 0, true, true, patch);
    }
}
