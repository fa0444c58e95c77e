package stipple.model.generate;

import java.util.Arrays;
import java.util.List;
import stipple.model.config.ModelConfig;
import stipple.model.image.ImageFit;
import stipple.model.image.ImageSize;
import stipple.model.image.PixelImage;
import stipple.model.image.TokenGrid;
import stipple.model.load.NextStepCheckpoint;
import stipple.model.vae.Patches;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** From pictures to image tokens and back, through the image tokenizer. */
final class PictureCoder {
    private static final int GREY = 128;

    private final NextStepCheckpoint checkpoint;

    PictureCoder(NextStepCheckpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    private ModelConfig config() {
        return checkpoint.config();
    }

    /** Scales and crops a picture and encodes it: one token after the other, {@code [k * token]}. */
    float[] encode(PixelImage image, ImageSize size) {
        try (Scope scope = Scope.open()) {
            Tensor pixels = PixelTensors.of(ImageFit.crop(image, size));
            Tensor latents = Autograd.off(() -> checkpoint.autoencoder().latents(pixels));
            return Patches.unfold(latents, config().latent().patch()).toFloats();
        }
    }

    /** Decodes the tokens of a grid. */
    PixelImage decode(List<float[]> tokens, TokenGrid grid) {
        int width = config().latent().tokenWidth();
        int patch = config().latent().patch();
        float[] flat = new float[tokens.size() * width];
        for (int i = 0; i < tokens.size(); i++) {
            System.arraycopy(tokens.get(i), 0, flat, i * width, width);
        }
        try (Scope scope = Scope.open()) {
            long[] shape = {1, config().latent().channels(), (long) grid.rows() * patch, (long) grid.columns() * patch};
            Tensor latents = Patches.fold(Tensors.of(flat, 1, tokens.size(), width), shape, patch)
                    .to(checkpoint.model().backbone().device());
            return PixelTensors.image(checkpoint.pixelDecoder().pixels(latents));
        }
    }

    /** Decodes the rows that are there and leaves the rest grey. */
    PixelImage decodePartial(List<float[]> tokens, int rows, TokenGrid grid) {
        PixelImage top = decode(tokens.subList(0, rows * grid.columns()), new TokenGrid(rows, grid.columns()));
        int height = grid.rows() * config().latent().pixelsPerToken();
        byte[] rgb = new byte[height * top.width() * PixelImage.CHANNELS];
        Arrays.fill(rgb, (byte) GREY);
        System.arraycopy(top.rgb(), 0, rgb, 0, top.rgb().length);
        return new PixelImage(top.width(), height, rgb);
    }
}
