package stipple.model.decode;

import stipple.model.vae.Autoencoder;
import stipple.torch.Autograd;
import stipple.torch.Tensor;

/** The decoder on libtorch, in any type and on any device. */
record TorchPixels(Autoencoder autoencoder) implements PixelDecoder {
    @Override
    public String name() {
        return "libtorch";
    }

    @Override
    public Tensor decode(Tensor z) {
        return Autograd.off(() -> autoencoder.decode(z));
    }

    @Override
    public Tensor pixels(Tensor latents) {
        return Autograd.off(() -> autoencoder.pixels(latents));
    }

    @Override
    public void close() {
        // The image tokenizer is the checkpoint's.
    }
}
