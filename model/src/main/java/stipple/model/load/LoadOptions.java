package stipple.model.load;

import java.util.List;
import stipple.model.lora.AdapterChoice;
import stipple.model.quant.Quantisation;
import stipple.torch.DType;
import stipple.torch.Device;

/**
 * How to load a checkpoint.
 *
 * @param dtype type of weights and activations, or null to let the size of the model decide
 * @param device where it runs
 * @param roundedRope overrides the rounding of rotary frequencies, or null for the checkpoint's own
 * @param adapters LoRA adapters that are added to the weights, one after the other
 * @param quantisation how to round the large matrices while loading, or null to leave them as they are stored
 */
public record LoadOptions(
        DType dtype, Device device, Boolean roundedRope, List<AdapterChoice> adapters, Quantisation quantisation) {
    /** Everything by default, on the CPU. */
    public static final LoadOptions DEFAULT = new LoadOptions(null, Device.CPU, null);

    private static final long LARGE = 500_000_000L;

    /** Copies the list. */
    public LoadOptions {
        adapters = List.copyOf(adapters);
    }

    /** Without rounding the weights. */
    public LoadOptions(DType dtype, Device device, Boolean roundedRope, List<AdapterChoice> adapters) {
        this(dtype, device, roundedRope, adapters, null);
    }

    /** Without adapters. */
    public LoadOptions(DType dtype, Device device, Boolean roundedRope) {
        this(dtype, device, roundedRope, List.of());
    }

    /** The same with adapters. */
    public LoadOptions withAdapters(List<AdapterChoice> chosen) {
        return new LoadOptions(dtype, device, roundedRope, chosen, quantisation);
    }

    /** The same with the large matrices rounded while loading; null leaves them as they are stored. */
    public LoadOptions withQuantisation(Quantisation chosen) {
        return new LoadOptions(dtype, device, roundedRope, adapters, chosen);
    }

    /** The same with another type. */
    public LoadOptions withType(DType other) {
        return new LoadOptions(other, device, roundedRope, adapters, quantisation);
    }

    /** The given type with everything else by default. */
    public static LoadOptions of(DType dtype) {
        return new LoadOptions(dtype, Device.CPU, null);
    }

    /**
     * The type to use for a model of so many parameters: what was asked for; else bfloat16 for large ones, which are
     * bound by the memory they read, and float32 for small ones, which are not and gain in exactness.
     */
    public DType typeFor(long parameters) {
        if (dtype != null) {
            return dtype;
        }
        return parameters > LARGE ? DType.BF16 : DType.F32;
    }
}
