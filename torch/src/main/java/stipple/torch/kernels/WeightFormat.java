package stipple.torch.kernels;

import java.util.Locale;
import stipple.torch.UserException;

/** How the weights of a matrix are stored. */
public enum WeightFormat {
    /** 32-bit floats, row by row. */
    F32(0, 32),
    /** 16-bit floats with the range of 32-bit ones, row by row. */
    BF16(1, 16),
    /** 8-bit integers with one scale per output, in blocks. */
    INT8(2, 8),
    /** 4-bit integers with one scale per group of inputs, in blocks. */
    INT4(3, 4),
    /** 8-bit floats (e4m3) with one scale per output, row by row: on graphics cards alone. */
    FP8(-1, 8);

    /** Inputs that share a scale in {@link #INT4} unless asked for otherwise. */
    public static final int DEFAULT_GROUP = 32;

    private final int code;
    private final int bits;

    WeightFormat(int code, int bits) {
        this.code = code;
        this.bits = bits;
    }

    /** Bits of one weight, scales aside. */
    public int bits() {
        return bits;
    }

    /** Whether weights are integers with scales, in blocks of sixteen outputs. */
    public boolean packed() {
        return this == INT8 || this == INT4;
    }

    /** Whether weights are rounded to fewer bits than they came with. */
    public boolean rounded() {
        return packed() || this == FP8;
    }

    /** The number that the native library knows it by; none knows {@link #FP8}. */
    public int code() {
        return code;
    }

    /** The name in commands and files. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The format of that name that weights can be rounded to.
     *
     * @throws UserException if there is none
     */
    public static WeightFormat quantised(String name) {
        return switch (name) {
            case "int8" -> INT8;
            case "int4" -> INT4;
            case "fp8" -> FP8;
            default ->
                throw new UserException(
                        "Weights cannot be quantised to '" + name + "'; use int8 or int4, or fp8 on a graphics card");
        };
    }
}
