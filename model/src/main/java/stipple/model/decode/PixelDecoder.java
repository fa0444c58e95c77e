package stipple.model.decode;

import stipple.torch.Tensor;

/** Turns latents into pixels, for drawing: nothing is recorded for gradients. Calls come from one thread. */
public interface PixelDecoder extends AutoCloseable {
    /** What computes, for people: such as {@code libtorch}. */
    String name();

    /**
     * Decodes latents of the image tokenizer itself.
     *
     * @param z {@code [n, z, h/8, w/8]}
     * @return {@code [n, 3, h, w]} float32, about [-1, 1]
     */
    Tensor decode(Tensor z);

    /** Decodes latents of the language model, undoing scale and shift. */
    Tensor pixels(Tensor latents);

    /** Frees what it holds beside the image tokenizer. */
    @Override
    void close();
}
