package stipple.model.quant;

import java.util.regex.Pattern;
import stipple.torch.Device;
import stipple.torch.Tensor;
import stipple.torch.UserException;
import stipple.torch.kernels.CardMatrix;
import stipple.torch.kernels.PackedMatrix;
import stipple.torch.kernels.WeightFormat;

/**
 * Which weights are rounded, and to what. Rounded are the matrices that a token passes in every layer of the backbone and
 * every block of the flow head: nearly all bytes. Embeddings, vocabulary head, projectors between the two networks, norms,
 * biases, time and condition embeddings and the head's input and output stay as they are: they are few bytes, and errors
 * in them reach every layer.
 *
 * @param format of the rounded weights
 * @param group inputs that share a scale in int4, else 0
 */
public record Quantisation(WeightFormat format, int group) {
    private static final Pattern COVERED =
            Pattern.compile("(layers\\.\\d+\\.(self_attn\\.[qkvo]_proj|mlp\\.(gate|up|down)_proj)"
                    + "|image_head\\.net\\.res_blocks\\.\\d+\\.(mlp\\.[02]|adaLN_modulation\\.1))\\.weight");

    /** Below this many inputs or outputs a matrix is not worth a format of its own. */
    private static final long SMALLEST = 32;

    /** Checks the combination. */
    public Quantisation {
        if (!format.rounded()) {
            throw new IllegalArgumentException(format + " rounds nothing");
        }
        if (format == WeightFormat.INT4 ? group != 32 && group != 64 : group != 0) {
            throw new UserException("int4 weights share a scale in groups of 32 or 64, not " + group);
        }
    }

    /**
     * The format of that name with its usual groups.
     *
     * @throws UserException if the name is none of int8, int4 and fp8
     */
    public static Quantisation of(String name) {
        WeightFormat format = WeightFormat.quantised(name);
        return new Quantisation(format, format == WeightFormat.INT4 ? WeightFormat.DEFAULT_GROUP : 0);
    }

    /** The name of the format. */
    public String id() {
        return format.id();
    }

    /** Whether a tensor of that name and shape is rounded. */
    public boolean covers(String name, long... shape) {
        return shape.length == 2
                && shape[0] >= SMALLEST
                && shape[1] >= SMALLEST
                && COVERED.matcher(name).matches();
    }

    /** Bytes of a rounded matrix with its scales on a device. */
    public long bytes(Device device, long... shape) {
        return device.equals(Device.CPU) ? bytes(shape) : CardMatrix.bytes(format, shape[0], shape[1], group);
    }

    /** Whether a tensor of that name and shape is rounded on a device. */
    public boolean coversOn(Device device, String name, long... shape) {
        return covers(name, shape) && (device.equals(Device.CPU) || CardMatrix.takes(format, shape));
    }

    /** Bytes of a rounded matrix with its scales on the CPU or in a file. */
    public long bytes(long... shape) {
        return format == WeightFormat.FP8
                ? CardMatrix.bytes(format, shape[0], shape[1], group)
                : PackedMatrix.bytes(format, shape[0], shape[1], group);
    }

    /**
     * Refuses what cannot be multiplied on a device.
     *
     * @throws UserException if these weights are for cards alone and it is none
     */
    public void requireOn(Device device) {
        if (format == WeightFormat.FP8 && device.equals(Device.CPU)) {
            throw new UserException(
                    "fp8 weights are multiplied on graphics cards only; use --device cuda, or --quantize"
                            + " int8 on the CPU");
        }
    }

    /**
     * Rounds a matrix; the result is in the current scope.
     *
     * @throws UserException naming the tensor if it is not finite
     */
    public PackedMatrix apply(String name, Tensor weight) {
        try {
            return PackedMatrix.quantise(weight, format, group);
        } catch (UserException refusal) {
            throw new UserException(name + ": " + refusal.getMessage(), refusal);
        }
    }
}
