package stipple.model.config;

/**
 * How latents become tokens (reference §2.4).
 *
 * @param size side of the latent grid at the training resolution, in latent cells
 * @param patch side of the square of cells that makes one token
 * @param channels latent channels
 */
public record LatentConfig(int size, int patch, int channels) {
    /** Pixels per latent cell in each direction: the image tokenizer halves the resolution three times. */
    public static final int PIXELS_PER_CELL = 8;

    /** Checks sizes and divisibility. */
    public LatentConfig {
        Checks.positive("latent_size", size);
        Checks.positive("latent_patch_size", patch);
        Checks.positive("latent_channels", channels);
        Checks.width("latent_size", size);
        Checks.width("latent_channels * latent_patch_size * latent_patch_size", (long) channels * patch * patch);
        Checks.divides("latent_patch_size", patch, "latent_size", size);
    }

    /** Values in one image token. */
    public int tokenWidth() {
        return channels * patch * patch;
    }

    /** Pixels per token in each direction, 16 in the released models. */
    public int pixelsPerToken() {
        return PIXELS_PER_CELL * patch;
    }

    /** Side in pixels of the square training image. */
    public int trainingPixels() {
        return PIXELS_PER_CELL * size;
    }
}
