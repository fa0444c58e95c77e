package stipple.torch;

/** Element types of tensors, with their safetensors names and sizes. */
public enum DType {
    F32("F32", 4, true),
    F64("F64", 8, true),
    BF16("BF16", 2, true),
    F16("F16", 2, true),
    I64("I64", 8, false),
    I32("I32", 4, false),
    I16("I16", 2, false),
    I8("I8", 1, false),
    U8("U8", 1, false),
    BOOL("BOOL", 1, false);

    private final String safetensorsName;
    private final int bytes;
    private final boolean floating;

    DType(String safetensorsName, int bytes, boolean floating) {
        this.safetensorsName = safetensorsName;
        this.bytes = bytes;
        this.floating = floating;
    }

    /** The name used in safetensors headers, for example {@code "BF16"}. */
    public String safetensorsName() {
        return safetensorsName;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether this is a floating-point type. */
    public boolean isFloating() {
        return floating;
    }

    /**
     * The type a person or a config names: {@code float32, bfloat16, float16, float64} and the short forms.
     *
     * @throws UserException if the name is unknown
     */
    public static DType ofName(String name) {
        return switch (name) {
            case "float32", "fp32", "f32", "F32" -> F32;
            case "bfloat16", "bf16", "BF16" -> BF16;
            case "float16", "fp16", "f16", "F16" -> F16;
            case "float64", "fp64", "f64", "F64" -> F64;
            default -> throw new UserException("Unknown dtype '" + name + "'; use float32 or bfloat16");
        };
    }
}
