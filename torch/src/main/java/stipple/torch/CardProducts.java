package stipple.torch;

import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Matrix products of rounded numbers as tensor cores do them. The first two run on the CPU as well, with the same results;
 * for four bits there are two operators, each for a device and with a layout of its own.
 */
public final class CardProducts {
    private static final OperatorHandle INT_MM = Operators.find("aten::_int_mm", "");
    private static final OperatorHandle SCALED_MM = Operators.find("aten::_scaled_mm", "");
    private static final OperatorHandle PACK4 = Operators.find("aten::_convert_weight_to_int4pack", "");
    private static final OperatorHandle PACK4_CPU = Operators.find("aten::_convert_weight_to_int4pack_for_cpu", "");
    private static final OperatorHandle INT4_MM = Operators.find("aten::_weight_int4pack_mm", "");
    private static final OperatorHandle INT4_MM_CPU = Operators.find("aten::_weight_int4pack_mm_for_cpu", "");

    /** Inputs that the card's four-bit layout takes as one tile. */
    private static final int TILE = 16;

    private CardProducts() {}

    /**
     * Exact product of integers.
     *
     * @param x I8 {@code [rows, in]}; a card wants more than 16 rows
     * @param weight I8 {@code [out, in]}, both multiples of 8 on a card
     * @return I32 {@code [rows, out]}
     */
    public static Tensor int8(Tensor x, Tensor weight) {
        try (Scope scope = Scope.open()) {
            return scope.keep(
                    Operators.tensor(INT_MM, new IValue(x.handle), new IValue(weight.transpose(0, 1).handle)));
        }
    }

    /** Rounds to eight-bit floats (e4m3, at most 448 in size), given as bytes U8. */
    public static Tensor toFp8(Tensor x) {
        try (Scope scope = Scope.open()) {
            Tensor rounded = Native.wrap(() -> x.handle.to(ScalarType.Float8_e4m3fn));
            return scope.keep(Native.wrap(() -> rounded.handle.view(ScalarType.Byte)));
        }
    }

    /** Bytes that are eight-bit floats, as float32. */
    public static Tensor fromFp8(Tensor bytes) {
        try (Scope scope = Scope.open()) {
            return scope.keep(fp8(bytes).to(DType.F32));
        }
    }

    /**
     * Product of eight-bit floats with float32 sums; a card must be of compute capability 8.9 or later.
     *
     * @param x bytes {@code [rows, in]}
     * @param weight bytes {@code [out, in]}, both multiples of 16 on a card
     * @param one F32, the number one, where the others are
     * @return F32 {@code [rows, out]}
     */
    public static Tensor fp8(Tensor x, Tensor weight, Tensor one) {
        try (Scope scope = Scope.open()) {
            return scope.keep(Operators.tensor(
                    SCALED_MM,
                    new IValue(fp8(x).handle),
                    new IValue(fp8(weight).transpose(0, 1).handle),
                    new IValue(one.handle),
                    new IValue(one.handle),
                    new IValue(),
                    new IValue(),
                    new IValue((long) ScalarType.Float.intern().value),
                    new IValue(false)));
        }
    }

    private static Tensor fp8(Tensor bytes) {
        return Native.wrap(() -> bytes.handle.view(ScalarType.Float8_e4m3fn));
    }

    /**
     * Lays out four-bit weights as the device multiplies them.
     *
     * @param weight U8 {@code [out, in]}, 0 to 15
     */
    public static Tensor pack4(Tensor weight) {
        try (Scope scope = Scope.open()) {
            if (weight.device().type() == Device.Type.CPU) {
                return scope.keep(Operators.tensor(PACK4_CPU, new IValue(weight.to(DType.I32).handle), new IValue(2L)));
            }
            // Two inputs in a byte, the first in its upper half.
            Tensor pairs = weight.reshape(weight.size(0), -1, 2);
            Tensor bytes = pairs.select(2, 0).mul(16).add(pairs.select(2, 1)).to(DType.U8);
            long tiles = weight.size(1) / TILE;
            long inner = tiles % 8 == 0 ? 8 : tiles % 4 == 0 ? 4 : 2;
            return scope.keep(Operators.tensor(PACK4, new IValue(bytes.contiguous().handle), new IValue(inner)));
        }
    }

    /**
     * Product with four-bit weights {@code (q - 8) * scale + zero}.
     *
     * @param x BF16 {@code [rows, in]}
     * @param packed from {@link #pack4}
     * @param group inputs that share a scale: 32, 64, 128 or 256
     * @param scalesAndZeros BF16 {@code [in / group, out, 2]}
     * @return BF16 {@code [rows, out]}
     */
    public static Tensor int4(Tensor x, Tensor packed, int group, Tensor scalesAndZeros) {
        OperatorHandle operator = x.device().type() == Device.Type.CPU ? INT4_MM_CPU : INT4_MM;
        return Operators.tensor(
                operator,
                new IValue(x.handle),
                new IValue(packed.handle),
                new IValue((long) group),
                new IValue(scalesAndZeros.handle));
    }
}
