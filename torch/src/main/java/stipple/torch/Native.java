package stipple.torch;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The only bridge between our types and the presets': calls with short errors, temporaries that are always freed. */
final class Native {
    static {
        NativeLibraries.load();
    }

    // Empty optionals carry no state, so one of each serves every call.
    static final TensorOptional NO_TENSOR = new TensorOptional();
    static final ScalarTypeOptional NO_TYPE = new ScalarTypeOptional();
    static final DoubleOptional NO_DOUBLE = new DoubleOptional();
    static final BoolOptional NO_BOOL = new BoolOptional();
    static final MemoryFormatOptional NO_FORMAT = new MemoryFormatOptional();
    static final TensorArrayRefOptional NO_TENSORS = new TensorArrayRefOptional();

    private static final Map<DType, TensorOptions> CPU_OPTIONS = new EnumMap<>(DType.class);

    static {
        for (DType type : DType.values()) {
            CPU_OPTIONS.put(type, new TensorOptions(scalarType(type)));
        }
    }

    private Native() {}

    static <T> T guard(Supplier<T> call) {
        return TorchException.guard(call);
    }

    static void run(Runnable call) {
        TorchException.guard(() -> {
            call.run();
            return Boolean.TRUE;
        });
    }

    /** Calls an operation and hands its result to the current scope. */
    static Tensor wrap(Supplier<org.bytedeco.pytorch.Tensor> call) {
        Scope scope = Scope.current();
        return new Tensor(TorchException.guard(call), scope);
    }

    /** Calls an operation with several results and hands them to the current scope. */
    static Tensor[] parts(Supplier<TensorVector> call) {
        Scope scope = Scope.current();
        try (TensorVector vector = TorchException.guard(call)) {
            Tensor[] parts = new Tensor[Math.toIntExact(vector.size())];
            for (int i = 0; i < parts.length; i++) {
                // What the vector gives out lives in its memory; the copy is another handle of the same tensor.
                parts[i] = new Tensor(new org.bytedeco.pytorch.Tensor(vector.get(i)), scope);
            }
            return parts;
        }
    }

    /** Calls an in-place operation. What it returns is the presets' object for self again, so it must not be closed. */
    static Tensor inPlace(Tensor self, Supplier<? extends Pointer> call) {
        TorchException.guard(call);
        return self;
    }

    static Tensor withScalar(double value, java.util.function.Function<Scalar, org.bytedeco.pytorch.Tensor> call) {
        try (Scalar scalar = new Scalar(value)) {
            return wrap(() -> call.apply(scalar));
        }
    }

    static void withScalarRun(double value, Consumer<Scalar> call) {
        try (Scalar scalar = new Scalar(value)) {
            run(() -> call.accept(scalar));
        }
    }

    /** An optional around a tensor that may be null; free it with {@link #close}. */
    static TensorOptional optional(Tensor tensor) {
        return tensor == null ? NO_TENSOR : new TensorOptional(tensor.handle);
    }

    static void close(TensorOptional optional, Tensor content) {
        if (content != null) {
            optional.close();
        }
    }

    static Tensor joined(
            Iterable<Tensor> tensors, java.util.function.Function<TensorVector, org.bytedeco.pytorch.Tensor> call) {
        try (TensorVector vector = new TensorVector()) {
            for (Tensor tensor : tensors) {
                vector.push_back(tensor.handle);
            }
            return wrap(() -> call.apply(vector));
        }
    }

    static TensorOptions cpu(DType type) {
        return CPU_OPTIONS.get(type);
    }

    static ScalarType scalarType(DType type) {
        return switch (type) {
            case F32 -> ScalarType.Float;
            case F64 -> ScalarType.Double;
            case BF16 -> ScalarType.BFloat16;
            case F16 -> ScalarType.Half;
            case I64 -> ScalarType.Long;
            case I32 -> ScalarType.Int;
            case I16 -> ScalarType.Short;
            case I8 -> ScalarType.Char;
            case U8 -> ScalarType.Byte;
            case BOOL -> ScalarType.Bool;
        };
    }

    static DType dtype(ScalarType type) {
        return switch (type.intern()) {
            case Float -> DType.F32;
            case Double -> DType.F64;
            case BFloat16 -> DType.BF16;
            case Half -> DType.F16;
            case Long -> DType.I64;
            case Int -> DType.I32;
            case Short -> DType.I16;
            case Char -> DType.I8;
            case Byte -> DType.U8;
            case Bool -> DType.BOOL;
            default -> throw new IllegalStateException("Element type " + type + " is not one of ours");
        };
    }

    /** A pointer at a raw address that frees nothing. */
    static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}
