package stipple.model.checkpoint;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import stipple.torch.DType;
import stipple.torch.UserException;
import stipple.torch.kernels.PackedMatrix;
import stipple.torch.kernels.WeightFormat;

/**
 * How quantised matrices lie in files: {@code name} holds the integers in the layout of the kernels, {@code name_scales}
 * their scales. Which format it is follows from the shapes; the sizes of the matrix are those the config asks for.
 */
public final class PackedTensors {
    /** Ending of the name of the scales. */
    public static final String SCALES = "_scales";

    private PackedTensors() {}

    /**
     * Format of a stored matrix.
     *
     * @param format int8 or int4
     * @param group inputs that share a scale in int4, else 0
     */
    public record Layout(WeightFormat format, int group) {}

    /** Whether the tensor of that name is a quantised matrix. */
    public static boolean packed(Map<String, StoredTensor> tensors, String name) {
        return tensors.containsKey(name + SCALES);
    }

    /** Whether the tensor of that name is the scales of a quantised matrix. */
    public static boolean scales(Map<String, StoredTensor> tensors, String name) {
        return name.endsWith(SCALES) && tensors.containsKey(name.substring(0, name.length() - SCALES.length()));
    }

    /**
     * The layout of a quantised matrix {@code [out, in]}.
     *
     * @throws UserException if it is none that we know, or one of another size
     */
    public static Layout layout(Map<String, StoredTensor> tensors, String name, long... shape) {
        StoredTensor data = tensors.get(name);
        StoredTensor scales = tensors.get(name + SCALES);
        if (shape.length == 2 && data.dtype() == DType.U8) {
            for (Layout layout : new Layout[] {
                new Layout(WeightFormat.INT8, 0), new Layout(WeightFormat.INT4, 32), new Layout(WeightFormat.INT4, 64)
            }) {
                if (fits(layout, data, scales, shape[0], shape[1])) {
                    return layout;
                }
            }
        }
        throw new UserException("The quantised tensor '" + name + "' of " + data.dtype() + " "
                + Shapes.text(data.shape()) + " with scales of " + scales.dtype() + " " + Shapes.text(scales.shape())
                + " is no packed matrix " + Shapes.text(shape));
    }

    private static boolean fits(Layout layout, StoredTensor data, StoredTensor scales, long out, long in) {
        return Arrays.equals(data.shape(), PackedMatrix.dataShape(layout.format, out, in))
                && scales.dtype() == PackedMatrix.scaleType(layout.format)
                && Arrays.equals(scales.shape(), PackedMatrix.scaleShape(layout.format, out, in, layout.group));
    }

    /** Number of parameters that tensors hold: scales are none, an element of int4 data is two. */
    public static long parameters(Collection<StoredTensor> tensors) {
        Set<String> names = new HashSet<>();
        tensors.forEach(tensor -> names.add(tensor.name()));
        long count = 0;
        for (StoredTensor tensor : tensors) {
            if (names.contains(tensor.name() + SCALES)) {
                boolean int4 = tensor.shape()[tensor.shape().length - 1] == 256;
                count += int4 ? tensor.count() * 2 : tensor.count();
            } else if (!tensor.name().endsWith(SCALES)) {
                count += tensor.count();
            }
        }
        return count;
    }
}
