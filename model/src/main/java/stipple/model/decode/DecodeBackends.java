package stipple.model.decode;

import stipple.model.NextStepModel;
import stipple.torch.DType;
import stipple.torch.Device;
import stipple.torch.kernels.KernelLibrary;

/** Chooses what runs the token loop of a model. */
public final class DecodeBackends {
    /** Set to {@code libtorch}, the native loop is left aside even where it could run. */
    public static final String SWITCH = "stipple.decode";

    private DecodeBackends() {}

    /** The native loop where it can run, else the one on libtorch. */
    public static DecodeBackend of(NextStepModel model) {
        return reasonAgainstNative(model) == null ? new NativeBackend(model) : new TorchBackend(model);
    }

    /**
     * The same for pictures that are always drawn in the same company, as those of a training step are: what runs on libtorch
     * then reads all of them as one batch in float32, too.
     */
    public static DecodeBackend ofCompany(NextStepModel model) {
        return reasonAgainstNative(model) == null ? new NativeBackend(model) : new TorchBackend(model, true);
    }

    /**
     * Bytes that copies of weights take on the CPU, at most: small float32 models are kept once more in the order that is
     * fastest to read.
     *
     * @param bytes of the weights of the model
     */
    public static long copiedBytes(long bytes, DType type) {
        return type == DType.F32 && KernelLibrary.available() && NativeTable.copies(bytes) ? bytes : 0;
    }

    /** Why the native loop cannot run a model, in words that follow "because"; null if it can. */
    public static String reasonAgainstNative(NextStepModel model) {
        if ("libtorch".equals(System.getProperty(SWITCH))) {
            return "-D" + SWITCH + "=libtorch asks for libtorch";
        }
        if (model.backbone().device().type() != Device.Type.CPU) {
            return "the model is on " + model.backbone().device();
        }
        if (!KernelLibrary.available()) {
            return KernelLibrary.missing();
        }
        DType compute = model.backbone().compute();
        if (compute != DType.F32 && compute != DType.BF16) {
            return "it does not compute in " + compute;
        }
        return null;
    }
}
