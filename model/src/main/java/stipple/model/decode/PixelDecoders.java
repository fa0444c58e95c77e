package stipple.model.decode;

import stipple.model.nn.Weights;
import stipple.model.vae.Autoencoder;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Tensor;
import stipple.torch.kernels.KernelLibrary;

/** Chooses what decodes pictures. */
public final class PixelDecoders {
    private PixelDecoders() {}

    /**
     * The native decoder where it can run, else the one on libtorch.
     *
     * @param weights what the autoencoder is a view of
     */
    public static PixelDecoder of(Autoencoder autoencoder, Weights weights) {
        return reasonAgainstNative(autoencoder, weights) == null
                ? new NativePixels(autoencoder, weights)
                : new TorchPixels(autoencoder);
    }

    /** Why the native decoder cannot run, in words that follow "because"; null if it can. */
    public static String reasonAgainstNative(Autoencoder autoencoder, Weights weights) {
        if ("libtorch".equals(System.getProperty(DecodeBackends.SWITCH))) {
            return "-D" + DecodeBackends.SWITCH + "=libtorch asks for libtorch";
        }
        if (!KernelLibrary.available()) {
            return KernelLibrary.missing();
        }
        if (autoencoder.compute() != DType.F32) {
            return "the image tokenizer computes in " + autoencoder.compute();
        }
        Tensor first = weights.get("decoder.conv_in.weight");
        return first.device().type() == Device.Type.CPU ? null : "the image tokenizer is on " + first.device();
    }
}
