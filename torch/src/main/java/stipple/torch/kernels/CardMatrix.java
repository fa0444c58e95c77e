package stipple.torch.kernels;

import java.util.List;
import stipple.torch.CardProducts;
import stipple.torch.DType;
import stipple.torch.Nn;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.TorchException;
import stipple.torch.UserException;

/**
 * A rounded weight matrix {@code [out, in]} as libtorch multiplies it on a graphics card. It owns no memory.
 *
 * <p>libtorch has no fast product of eight-bit weights with wider activations on a card: its own takes one thread for each
 * output. Its products of eight-bit numbers with each other run on tensor cores and read the weights once. So activations
 * are split into two eight-bit parts, a coarse one and what that leaves over, which go through one product as twice the
 * rows: the weights are read once all the same, and activations keep 15 bits in int8 and 8 in fp8. Four-bit weights have a
 * product with bfloat16 activations.
 *
 * @param format {@link WeightFormat#INT8}, {@link WeightFormat#FP8} or {@link WeightFormat#INT4}
 * @param out outputs
 * @param in inputs
 * @param group inputs that share a scale in int4, else 0
 * @param data I8 or U8 {@code [out, in]}; for int4 what the device's layout is
 * @param scales F32 {@code [out]}; for int4 BF16 {@code [in / group, out, 2]}, with a zero beside each scale
 * @param one F32, the number one, which products of fp8 ask for; else null
 */
public record CardMatrix(WeightFormat format, int out, int in, int group, Tensor data, Tensor scales, Tensor one) {
    /** Both dimensions are multiples of it, as the products want; groups of int4 may be twice as wide. */
    private static final int MULTIPLE = 32;

    /** Fewer rows are not multiplied by eight-bit tensor cores; more rows cost no more reading. */
    private static final int LEAST_ROWS = 32;

    private static final double LARGEST_FP8 = 448;
    private static final int LARGEST_INT8 = 127;

    /** Coarse steps of an activation in fine ones. */
    private static final int FINE = 128;

    /** What fp8 leaves over of a number is at most a sixteenth of it. */
    private static final int FP8_FINE = 16;

    private static final double TOLERANCE = 0.02;

    /** Whether a matrix of that shape can be one of these; others stay as they are. */
    public static boolean takes(WeightFormat format, long... shape) {
        int inputs = format == WeightFormat.INT4 ? 2 * MULTIPLE : MULTIPLE;
        return format.rounded() && shape.length == 2 && shape[0] % MULTIPLE == 0 && shape[1] % inputs == 0;
    }

    /** Bytes of a matrix with its scales. */
    public static long bytes(WeightFormat format, long out, long in, int group) {
        return format == WeightFormat.INT4
                ? out * in / 2 + out * (in / group) * 2 * DType.BF16.bytes()
                : out * in + out * DType.F32.bytes();
    }

    /**
     * Rounds weights where they are; new tensors in the current scope.
     *
     * @param weight {@code [out, in]} of any floating type
     * @param format {@link WeightFormat#INT8} or {@link WeightFormat#FP8}
     * @throws UserException if a weight is not finite
     */
    public static CardMatrix round(Tensor weight, WeightFormat format) {
        double largest = format == WeightFormat.FP8 ? LARGEST_FP8 : LARGEST_INT8;
        try (Scope scope = Scope.open()) {
            Tensor wide = weight.to(DType.F32);
            Tensor scales = wide.abs().max(1).div(largest).clamp(Float.MIN_NORMAL, Float.MAX_VALUE);
            if (!scales.allFinite()) {
                throw new UserException("A weight matrix of " + weight.size(0) + " x " + weight.size(1)
                        + " holds values that are not finite, which cannot be quantised");
            }
            Tensor quotient = wide.div(scales);
            Tensor data = format == WeightFormat.FP8
                    ? CardProducts.toFp8(quotient)
                    : quotient.round().to(DType.I8);
            return kept(scope, format, 0, data, scales.reshape(-1), weight);
        }
    }

    /** The same integers and scales in a card's layout, where they are; new tensors in the current scope. */
    public static CardMatrix of(PackedMatrix packed) {
        try (Scope scope = Scope.open()) {
            Tensor integers = Unpacking.integers(packed);
            Tensor scales = Unpacking.scalesByOutput(packed);
            if (packed.format() == WeightFormat.INT8) {
                return kept(
                        scope,
                        WeightFormat.INT8,
                        0,
                        integers.to(DType.I8).contiguous(),
                        scales.reshape(-1).contiguous(),
                        integers);
            }
            CardMatrix matrix = int4(integers.add(8).to(DType.U8), scales);
            scope.keep(matrix.data);
            scope.keep(matrix.scales);
            return matrix;
        }
    }

    /**
     * Four-bit weights {@code (q - 8) * scale}, where they are; new tensors in the current scope.
     *
     * @param integers U8 {@code [out, in]}, 0 to 15
     * @param scales float {@code [out, groups]}
     */
    public static CardMatrix int4(Tensor integers, Tensor scales) {
        try (Scope scope = Scope.open()) {
            Tensor both = Tensors.stack(List.of(scales, scales.mul(0)), 2)
                    .transpose(0, 1)
                    .to(DType.BF16)
                    .contiguous();
            int group = Math.toIntExact(integers.size(1) / scales.size(1));
            return kept(scope, WeightFormat.INT4, group, CardProducts.pack4(integers), both, integers);
        }
    }

    private static CardMatrix kept(
            Scope scope, WeightFormat format, int group, Tensor data, Tensor scales, Tensor shape) {
        Tensor one = format == WeightFormat.FP8 ? scope.keep(Tensors.scalar(1).to(data.device())) : null;
        return new CardMatrix(
                format,
                Math.toIntExact(shape.size(0)),
                Math.toIntExact(shape.size(1)),
                group,
                scope.keep(data),
                scope.keep(scales),
                one);
    }

    /** Bytes of weights and scales. */
    public long bytes() {
        return bytes(format, out, in, group);
    }

    /**
     * The product {@code x W^T}.
     *
     * @param x {@code [..., in]} of any floating type
     * @return {@code [..., out]} of the type of x
     */
    public Tensor multiply(Tensor x) {
        long[] shape = x.shape();
        shape[shape.length - 1] = out;
        try (Scope scope = Scope.open()) {
            Tensor rows = x.reshape(-1, in);
            Tensor y = switch (format) {
                case INT8 -> split(rows, LARGEST_INT8, true);
                case FP8 -> split(rows, LARGEST_FP8, false);
                default -> CardProducts.int4(rows.to(DType.BF16).contiguous(), data, group, scales);
            };
            return scope.keep(y.to(x.dtype()).reshape(shape));
        }
    }

    /** Coarse parts and what they leave over as twice the rows of one product. */
    private Tensor split(Tensor x, double largest, boolean integers) {
        Tensor wide = x.to(DType.F32);
        Tensor scale = wide.abs().max(1).div(largest).clamp(Float.MIN_NORMAL, Float.MAX_VALUE);
        Tensor quotient = wide.div(scale);
        Tensor coarse = integers ? quotient.round() : CardProducts.fromFp8(CardProducts.toFp8(quotient));
        // Half of the last step is left over at most, so that it is a number of the same kind in finer steps.
        int finer = integers ? FINE : FP8_FINE;
        Tensor left = quotient.sub(coarse).mul(finer);
        long n = x.size(0);
        Tensor both = Tensors.cat(List.of(coarse, integers ? left.round() : left), 0);
        if (2 * n < LEAST_ROWS) {
            both = Nn.padZero(both, 0, 0, 0, LEAST_ROWS - 2 * n);
        }
        Tensor y = integers
                ? CardProducts.int8(both.to(DType.I8), data).to(DType.F32)
                : CardProducts.fp8(CardProducts.toFp8(both), data, one);
        return y.narrow(0, 0, n)
                .add(y.narrow(0, n, n).mul(1.0 / finer))
                .mul(scale)
                .mul(scales);
    }

    /** The values that the weights stand for, float32 {@code [out, in]}. */
    public Tensor dequantise() {
        try (Scope scope = Scope.open()) {
            return scope.keep(
                    switch (format) {
                        case INT8 -> data.to(DType.F32).mul(scales.unsqueeze(1));
                        case FP8 -> CardProducts.fromFp8(data).mul(scales.unsqueeze(1));
                        default ->
                            multiply(Tensors.identity(in, DType.BF16).to(data.device()))
                                    .to(DType.F32)
                                    .transpose(0, 1)
                                    .contiguous();
                    });
        }
    }

    /**
     * Compares one product with that of the weights it was made from, because a card's operators and layouts differ by
     * generation.
     *
     * @param weight float {@code [out, in]}, rounded as these are
     * @throws UserException if the card cannot do it, or does it wrongly
     */
    public void requireRight(Tensor weight) {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensors.arange(2L * in).mul(0.37).sin().reshape(2, in).to(data.device());
            Tensor expected = x.matmul(weight.to(DType.F32).transpose(0, 1));
            double error = multiply(x).sub(expected).square().sum().item();
            double size = expected.square().sum().item();
            if (!(error <= TOLERANCE * TOLERANCE * size)) {
                throw new UserException("Weights of " + format.id() + " are multiplied wrongly on " + data.device()
                        + " (relative error " + Math.sqrt(error / size) + "); " + instead());
            }
        } catch (TorchException refused) {
            throw new UserException(
                    "Weights of " + format.id() + " cannot be multiplied on " + data.device() + " ("
                            + refused.getMessage() + "); " + instead(),
                    refused);
        }
    }

    private String instead() {
        return format == WeightFormat.INT8 ? "leave --quantize out" : "use --quantize int8, or leave it out";
    }
}
