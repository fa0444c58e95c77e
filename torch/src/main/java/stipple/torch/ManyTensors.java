package stipple.torch;

import java.util.List;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;

/**
 * Updates of whole lists of tensors in one native call. These operators are not mapped by the presets; they are reached
 * through libtorch's dispatcher, which takes its arguments as a stack.
 */
public final class ManyTensors {
    static {
        NativeLibraries.load();
    }

    private static final OperatorHandle ADAMW = Operators.find("aten::_fused_adamw_", "");
    private static final OperatorHandle LERP = Operators.find("aten::_foreach_lerp_", "Scalar");
    private static final OperatorHandle MUL = Operators.find("aten::_foreach_mul_", "Scalar");

    private ManyTensors() {}

    /**
     * Settings of one AdamW update.
     *
     * @param lr learning rate
     * @param beta1 decay of the mean of gradients
     * @param beta2 decay of the mean of squared gradients
     * @param weightDecay decoupled decay
     * @param eps added to the root of the second moment
     * @param step number of this update, from 1
     */
    public record AdamWStep(double lr, double beta1, double beta2, double weightDecay, double eps, long step) {}

    /** One AdamW update of float32 parameters in place, together with their moments. */
    public static void adamW(
            List<Tensor> parameters, List<Tensor> gradients, List<Tensor> means, List<Tensor> squares, AdamWStep s) {
        if (parameters.isEmpty()) {
            return;
        }
        try (Scope scope = Scope.open()) {
            // The kernel is given the count after this update.
            Tensor step = Tensors.full((double) s.step(), DType.F32);
            List<Tensor> steps = parameters.stream().map(p -> step).toList();
            Operators.call(
                    ADAMW,
                    tensors(parameters),
                    tensors(gradients),
                    tensors(means),
                    tensors(squares),
                    tensors(List.of()),
                    tensors(steps),
                    new IValue(s.lr()),
                    new IValue(s.beta1()),
                    new IValue(s.beta2()),
                    new IValue(s.weightDecay()),
                    new IValue(s.eps()),
                    new IValue(false),
                    new IValue(false),
                    new IValue(),
                    new IValue());
        }
    }

    /** Moves each tensor towards its partner: a + weight * (b - a). */
    public static void lerp(List<Tensor> a, List<Tensor> b, double weight) {
        if (!a.isEmpty()) {
            Operators.call(LERP, tensors(a), tensors(b), new IValue(weight));
        }
    }

    /** Multiplies each tensor by a number. */
    public static void mul(List<Tensor> tensors, double factor) {
        if (!tensors.isEmpty()) {
            Operators.call(MUL, tensors(tensors), new IValue(factor));
        }
    }

    private static IValue tensors(List<Tensor> tensors) {
        // The element type must be given as TypePtr: other constructors reinterpret the pointer.
        try (Type.TypePtr type = new Type.TypePtr(TensorType.get());
                GenericList list = new GenericList(type)) {
            for (Tensor tensor : tensors) {
                try (IValue value = new IValue(tensor.handle)) {
                    list.push_back(value);
                }
            }
            return new IValue(list);
        }
    }
}
