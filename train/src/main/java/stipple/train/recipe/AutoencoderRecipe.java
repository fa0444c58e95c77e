package stipple.train.recipe;

import java.util.List;
import java.util.Objects;
import stipple.model.config.VaeConfig;
import stipple.torch.UserException;

/**
 * The image tokenizer to train (paper §1.4): reconstruction with noise on the normalised latent.
 *
 * @param init folder of an image tokenizer to start from, in any layout that loads; left out, training starts from
 *     scratch. The shape is then that of the start, and the keys of the shape may be left out
 * @param ch width at full resolution
 * @param chMult width of each level over {@code ch}
 * @param resBlocks residual blocks per encoder level
 * @param zChannels latent channels
 * @param patch side of the latent patch that is normalised together
 * @param tile side in pixels of the squares that are encoded each by itself, so that a token tells nothing of the rest of the
 *     picture; 0 for whole pictures; left out, that of {@code init}, or 0
 * @param noise gamma: the strength of the latent noise is drawn from U(0, gamma)
 * @param mse weight of the squared error
 * @param l1 weight of the absolute error
 * @param edge weight of the absolute error of neighbouring differences, which keeps outlines crisp
 * @param perceptual distance of what a fixed network sees; left out, there is none
 * @param freezeEncoder whether the decoder alone is trained, so that latents stay what they were for a model that has
 *     learnt them; left out, false
 * @param evalSize side in pixels of the whole held-out pictures that are measured and shown; left out, {@code data.size}
 */
public record AutoencoderRecipe(
        String init,
        Integer ch,
        List<Integer> chMult,
        Integer resBlocks,
        Integer zChannels,
        Integer patch,
        Integer tile,
        double noise,
        double mse,
        double l1,
        double edge,
        PerceptualRecipe perceptual,
        Boolean freezeEncoder,
        Integer evalSize) {
    /** Checks presence and ranges. */
    public AutoencoderRecipe {
        chMult = chMult == null ? null : List.copyOf(chMult);
        shapeKey("ch", ch, init);
        shapeKey("ch_mult", chMult, init);
        shapeKey("res_blocks", resBlocks, init);
        shapeKey("z_channels", zChannels, init);
        shapeKey("patch", patch, init);
        Checks.notNegative("autoencoder.noise", noise);
        Checks.notNegative("autoencoder.mse", mse);
        Checks.notNegative("autoencoder.l1", l1);
        Checks.notNegative("autoencoder.edge", edge);
        Checks.positive("autoencoder.mse + l1", mse + l1);
        freezeEncoder = freezeEncoder != null && freezeEncoder;
        if (freezeEncoder && tile != null) {
            throw new UserException(
                    "Recipe: autoencoder.tile changes what the encoder says, which autoencoder.freeze_encoder"
                            + " keeps; leave one of them out");
        }
        if (freezeEncoder && init == null) {
            throw new UserException(
                    "Recipe: autoencoder.freeze_encoder needs an autoencoder.init; an encoder from scratch"
                            + " must be trained");
        }
        if (evalSize != null) {
            Checks.positive("autoencoder.eval_size", evalSize);
        }
    }

    private static void shapeKey(String key, Object value, String init) {
        if (init == null) {
            Checks.present("autoencoder." + key, value);
        }
        if (value instanceof Integer number) {
            Checks.positive("autoencoder." + key, number);
        }
    }

    /** The configuration of a network from scratch, at a training resolution in pixels. */
    public VaeConfig config(int resolution) {
        return new VaeConfig(
                resolution, 3, 3, ch, chMult, resBlocks, zChannels, 1, 0, true, true, patch, tile == null ? 0 : tile);
    }

    /**
     * The configuration of a network that goes on from another one. Where that one does not normalise its latents, as the
     * Flux autoencoder, the normalisation is switched on; scale, shift and sampling of the posterior, which it replaces,
     * end there.
     *
     * @throws UserException naming the key of the recipe that the start contradicts
     */
    public VaeConfig config(int resolution, VaeConfig start) {
        same("ch", ch, start.ch());
        same("ch_mult", chMult, start.chMult());
        same("res_blocks", resBlocks, start.numResBlocks());
        same("z_channels", zChannels, start.zChannels());
        if (start.encoderNorm()) {
            same("patch", patch, start.psz());
        } else {
            Checks.present(
                    "autoencoder.patch (" + init + " does not say which latents are normalised together)", patch);
        }
        if (start.inChannels() != 3 || start.outCh() != 3) {
            throw new UserException("Recipe: autoencoder.init " + init + " maps " + start.inChannels() + " channels to "
                    + start.outCh() + "; pictures have 3");
        }
        boolean kept = start.encoderNorm();
        return new VaeConfig(
                resolution,
                3,
                3,
                start.ch(),
                start.chMult(),
                start.numResBlocks(),
                start.zChannels(),
                kept ? start.scalingFactor() : 1,
                kept ? start.shiftFactor() : 0,
                true,
                true,
                kept ? start.psz() : patch,
                tile == null ? start.encodeTile() : tile);
    }

    private void same(String key, Object given, Object start) {
        if (given != null && !Objects.equals(given, start)) {
            throw new UserException("Recipe: autoencoder." + key + " is " + given + ", but autoencoder.init " + init
                    + " has " + start + "; leave the key out or start from scratch");
        }
    }
}
