package stipple.torch.kernels;

import java.util.List;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;

/** Packed weights to plain ones with libtorch's operations alone, on any device. */
final class Unpacking {
    private Unpacking() {}

    /** The values that the weights stand for, float32 {@code [out, in]}. */
    static Tensor of(PackedMatrix matrix) {
        try (Scope scope = Scope.open()) {
            return scope.keep(integers(matrix).mul(scales(matrix)).contiguous());
        }
    }

    /** The integers alone, as whole numbers in float32 {@code [out, in]}: -127 to 127, or -8 to 7. */
    static Tensor integers(PackedMatrix matrix) {
        try (Scope scope = Scope.open()) {
            long blocks = matrix.data().size(0);
            long groups = matrix.data().size(1);
            boolean int8 = matrix.format() == WeightFormat.INT8;
            // [blocks, groups, inputs / 4, outputs, 4], bytes as whole numbers in float32
            Tensor bytes = matrix.data().to(DType.F32).reshape(blocks, groups, int8 ? 8 : 4, PackedMatrix.BLOCK, 4);
            Tensor whole;
            if (int8) {
                whole = bytes.add(-128);
            } else {
                Tensor high = bytes.add(-7.5).div(16).round();
                Tensor low = bytes.sub(high.mul(16));
                whole = Tensors.cat(List.of(low, high), 2).add(-8);
            }
            return scope.keep(whole.permute(0, 3, 1, 2, 4)
                    .reshape(blocks * PackedMatrix.BLOCK, groups * PackedMatrix.STEP)
                    .narrow(0, 0, matrix.out())
                    .narrow(1, 0, matrix.in()));
        }
    }

    /** Scales for every weight, or for every output. */
    private static Tensor scales(PackedMatrix matrix) {
        Tensor scales = scalesByOutput(matrix);
        if (matrix.format() == WeightFormat.INT8) {
            return scales;
        }
        long groups = scales.size(1);
        return scales.unsqueeze(2)
                .expand(matrix.out(), groups, matrix.group())
                .reshape(matrix.out(), groups * matrix.group())
                .narrow(1, 0, matrix.in());
    }

    /** Float32 {@code [out, 1]} or {@code [out, groups]}. */
    static Tensor scalesByOutput(PackedMatrix matrix) {
        Tensor scales = matrix.scales().to(DType.F32);
        long outputs = scales.size(0) * PackedMatrix.BLOCK;
        return matrix.format() == WeightFormat.INT8
                ? scales.reshape(outputs, 1).narrow(0, 0, matrix.out())
                : scales.permute(0, 2, 1).reshape(outputs, scales.size(1)).narrow(0, 0, matrix.out());
    }
}
