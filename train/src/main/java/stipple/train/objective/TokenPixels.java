package stipple.train.objective;

import java.util.ArrayList;
import java.util.List;
import stipple.model.config.LatentConfig;
import stipple.model.decode.PixelDecoder;
import stipple.model.image.TokenGrid;
import stipple.model.vae.Patches;
import stipple.torch.Autograd;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Turns image tokens of one grid into pixels, as fast as it can be done here; nothing is recorded for gradients. */
public final class TokenPixels implements AutoCloseable {
    /** Pictures that are decoded at once: with more, the maps of wide layers leave the caches, and it takes twice as long. */
    private static final long AT_ONCE = 2;

    private final PixelDecoder decoder;
    private final LatentConfig latent;
    private final TokenGrid grid;

    /** A decoder of its own, closed with it. */
    TokenPixels(PixelDecoder decoder, LatentConfig latent, TokenGrid grid) {
        this.decoder = decoder;
        this.latent = latent;
        this.grid = grid;
    }

    /** Decodes pictures {@code [n, tokens, token]} to {@code [n, 3, h, w]}, about [-1, 1]. */
    public Tensor decode(Tensor tokens) {
        List<Tensor> decoded = new ArrayList<>();
        for (long from = 0; from < tokens.size(0); from += AT_ONCE) {
            long count = Math.min(AT_ONCE, tokens.size(0) - from);
            long[] shape = {
                count, latent.channels(), (long) grid.rows() * latent.patch(), (long) grid.columns() * latent.patch()
            };
            try (Scope scope = Scope.open()) {
                Tensor latents = Patches.fold(tokens.narrow(0, from, count), shape, latent.patch());
                decoded.add(scope.keep(Autograd.off(() -> decoder.pixels(latents))));
            }
        }
        return Tensors.cat(decoded, 0);
    }

    @Override
    public void close() {
        decoder.close();
    }
}
