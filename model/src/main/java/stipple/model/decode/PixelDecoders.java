package stipple.model.decode;

import java.util.Arrays;
import stipple.model.checkpoint.VaeNames;
import stipple.model.config.VaeConfig;
import stipple.model.nn.Weights;
import stipple.model.vae.Autoencoder;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.Tensor;
import stipple.torch.kernels.KernelLibrary;
import stipple.torch.kernels.Kernels;

/** Chooses what decodes pictures. */
public final class PixelDecoders {
    private PixelDecoders() {}

    /**
     * The native decoder where it can run, else the one on libtorch.
     *
     * @param weights what the autoencoder is a view of
     */
    public static PixelDecoder of(Autoencoder autoencoder, Weights weights) {
        return of(autoencoder, weights, autoencoder.compute());
    }

    /**
     * The same with another type for products.
     *
     * @param type float32 or bfloat16; libtorch's decoder takes the type of the autoencoder
     */
    public static PixelDecoder of(Autoencoder autoencoder, Weights weights, DType type) {
        return reasonAgainstNative(weights, type) == null
                ? new NativePixels(autoencoder, weights, type == DType.BF16)
                : new TorchPixels(autoencoder);
    }

    /** Bytes of the copies of weights that the native decoder makes on the CPU. */
    public static long copiedBytes(VaeConfig config, DType type) {
        if (reasonAgainstKernels(type) != null) {
            return 0;
        }
        return new VaeNames(config)
                .expected().stream()
                        .filter(tensor -> tensor.name().startsWith("decoder."))
                        .mapToLong(tensor -> bytes(tensor.name(), tensor.shape(), type))
                        .sum();
    }

    private static long bytes(String name, long[] shape, DType type) {
        long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        // A doubling convolution of 3x3 becomes four of 2x2.
        return type.bytes() * (name.contains(".upsample.") && shape.length == 4 ? count * 16 / 9 : count);
    }

    /** Why the native decoder cannot compute in that type, in words that follow "because"; null if it can. */
    public static String reasonAgainstNative(Weights weights, DType type) {
        String reason = reasonAgainstKernels(type);
        if (reason != null) {
            return reason;
        }
        Tensor first = weights.get("decoder.conv_in.weight");
        return first.device().type() == Device.Type.CPU ? null : "the image tokenizer is on " + first.device();
    }

    private static String reasonAgainstKernels(DType type) {
        if ("libtorch".equals(System.getProperty(DecodeBackends.SWITCH))) {
            return "-D" + DecodeBackends.SWITCH + "=libtorch asks for libtorch";
        }
        if (!KernelLibrary.available()) {
            return KernelLibrary.missing();
        }
        if (Kernels.level() == Kernels.Level.SCALAR) {
            return "they are in plain C here, which libtorch outruns";
        }
        if (type == DType.BF16 && !Kernels.bfloat16()) {
            return "this processor has no instruction for bfloat16, in which the image tokenizer computes";
        }
        return type == DType.F32 || type == DType.BF16 ? null : "the image tokenizer computes in " + type;
    }
}
