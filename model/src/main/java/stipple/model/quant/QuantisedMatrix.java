package stipple.model.quant;

import java.util.Map;
import stipple.model.checkpoint.PackedTensors;
import stipple.model.checkpoint.StoredTensor;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.kernels.PackedMatrix;

/** Quantised matrices of a file as they are used, without a copy. */
public final class QuantisedMatrix {
    private QuantisedMatrix() {}

    /**
     * A matrix {@code [out, in]} that stays in its file.
     *
     * @return tensors in the current scope, valid as long as the file is open
     * @throws stipple.torch.UserException if it is malformed
     */
    public static PackedMatrix mapped(Map<String, StoredTensor> tensors, String name, long... shape) {
        PackedTensors.Layout layout = PackedTensors.layout(tensors, name, shape);
        return new PackedMatrix(
                layout.format(),
                Math.toIntExact(shape[0]),
                Math.toIntExact(shape[1]),
                layout.group(),
                view(tensors.get(name)),
                view(tensors.get(name + PackedTensors.SCALES)));
    }

    private static Tensor view(StoredTensor stored) {
        return stored.data().address() % stored.dtype().bytes() == 0
                ? Tensors.view(stored.data(), stored.dtype(), stored.shape())
                : Tensors.copyOf(stored.data(), stored.dtype(), stored.shape());
    }
}
