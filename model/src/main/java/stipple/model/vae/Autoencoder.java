package stipple.model.vae;

import stipple.model.config.VaeConfig;
import stipple.model.nn.Weights;
import stipple.torch.DType;
import stipple.torch.Tensor;
import stipple.torch.UserException;

/**
 * The image tokenizer: an autoencoder whose latents are 8 times smaller than the picture in each direction, with 16
 * channels, normalised per patch (reference §1.6). A view of its weights; whoever made those closes them.
 */
public final class Autoencoder {
    private final VaeConfig config;
    private final Encoder encoder;
    private final Decoder decoder;
    private final DType compute;

    /**
     * Builds the network over weights in canonical naming.
     *
     * @param compute type of the activations
     */
    public Autoencoder(VaeConfig config, Weights weights, DType compute) {
        this.config = config;
        this.compute = compute;
        this.encoder = new Encoder(config, weights);
        this.decoder = new Decoder(config, weights);
    }

    /** Type of the activations. */
    public DType compute() {
        return compute;
    }

    /** The shape of the network. */
    public VaeConfig config() {
        return config;
    }

    /**
     * Mean and spread of the latent of pictures.
     *
     * @param mean {@code [n, z, h/8, w/8]} float32, normalised if the checkpoint says so
     * @param std the same shape; zeros in deterministic checkpoints
     */
    public record Posterior(Tensor mean, Tensor std) {}

    /**
     * Encodes pictures.
     *
     * @param pixels {@code [n, 3, h, w]} in [-1, 1]
     */
    public Posterior encode(Tensor pixels) {
        Tensor moments = moments(pixels.to(compute)).to(DType.F32);
        Tensor[] halves = moments.chunk(2, 1);
        Tensor mean = config.encoderNorm()
                ? new LatentNorm(Math.max(1, config.psz())).apply(halves[0].contiguous())
                : halves[0];
        Tensor std = config.deterministic()
                ? mean.mul(0.0)
                : halves[1].clamp(-30, 20).mul(0.5).exp();
        return new Posterior(mean, std);
    }

    /**
     * What the encoder says of pictures, or of their squares and put together again: norms and attention then see no more than
     * a square, and its latent tells nothing of the rest of the picture.
     */
    private Tensor moments(Tensor pixels) {
        int tile = config.encodeTile();
        if (tile == 0) {
            return encoder.apply(pixels);
        }
        long n = pixels.size(0);
        long down = pixels.size(2) / tile;
        long across = pixels.size(3) / tile;
        if (down * tile != pixels.size(2) || across * tile != pixels.size(3)) {
            throw new UserException("The image tokenizer encodes squares of " + tile
                    + " pixels, which do not fill a picture of " + pixels.size(3) + "x" + pixels.size(2));
        }
        Tensor squares = pixels.reshape(n, pixels.size(1), down, tile, across, tile)
                .permute(0, 2, 4, 1, 3, 5)
                .reshape(n * down * across, pixels.size(1), tile, tile);
        Tensor said = encoder.apply(squares);
        long cells = said.size(2);
        return said.reshape(n, down, across, said.size(1), cells, cells)
                .permute(0, 3, 1, 4, 2, 5)
                .reshape(n, said.size(1), down * cells, across * cells);
    }

    /** The latents that the language model reads: {@code (mean - shift) * scale}. */
    public Tensor latents(Tensor pixels) {
        return encode(pixels).mean().add(-config.shiftFactor()).mul(config.scalingFactor());
    }

    /**
     * Decodes latents of the autoencoder itself.
     *
     * @param z {@code [n, z, h/8, w/8]}
     * @return {@code [n, 3, h, w]} float32, about [-1, 1]
     */
    public Tensor decode(Tensor z) {
        return decoder.apply(z.to(compute)).to(DType.F32).contiguous();
    }

    /** Decodes latents of the language model, undoing scale and shift. */
    public Tensor pixels(Tensor latents) {
        return decode(unscaled(latents));
    }

    /** Latents of the autoencoder itself from those of the language model. */
    public Tensor unscaled(Tensor latents) {
        return latents.div(config.scalingFactor()).add(config.shiftFactor());
    }
}
