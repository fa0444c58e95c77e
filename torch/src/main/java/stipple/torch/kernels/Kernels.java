package stipple.torch.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import stipple.torch.DType;
import stipple.torch.Scope;
import stipple.torch.Tensor;
import stipple.torch.Tensors;
import stipple.torch.Torch;
import stipple.torch.UserException;

/** The functions of {@code stp.h}. Callers see to sizes and lifetimes; {@link PackedMatrix} does. */
public final class Kernels {
    private static final MethodHandle BEST_LEVEL = bind("stp_best_level", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle LEVEL = bind("stp_level", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle HAS_BF16 = bind("stp_has_bf16", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle SET_LEVEL = bind("stp_set_level", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle MATMUL = bind(
            "stp_matmul",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle PACK = bind(
            "stp_pack",
            FunctionDescriptor.of(
                    JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle UNPACK =
            bind("stp_unpack", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle LARGE_PAGES =
            bind("stp_large_pages", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));
    private static final MethodHandle READ_SECONDS =
            bind("stp_read_seconds", FunctionDescriptor.of(JAVA_DOUBLE, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT));

    static {
        String level = System.getProperty("stipple.kernels.level");
        if (level != null && KernelLibrary.available()) {
            use(Level.ofName(level));
        }
    }

    private Kernels() {}

    /** Instruction sets, in the library's order. */
    public enum Level {
        /** Plain C. */
        SCALAR(0),
        /** AVX2 and FMA. */
        AVX2(1),
        /** AVX-512 with VNNI. */
        AVX512(2);

        private final int code;

        Level(int code) {
            this.code = code;
        }

        private static Level of(Object code) {
            for (Level level : values()) {
                if (level.code == (int) code) {
                    return level;
                }
            }
            throw new IllegalStateException("The library knows a level " + code + " that we do not");
        }

        /**
         * The level of that name.
         *
         * @throws UserException if there is none
         */
        static Level ofName(String name) {
            for (Level level : values()) {
                if (level.name().equalsIgnoreCase(name)) {
                    return level;
                }
            }
            throw new UserException(
                    "stipple.kernels.level is '" + name + "', but must be one of scalar, avx2 and avx512");
        }
    }

    /** The best instruction set of this processor that the kernels can use. */
    public static Level best() {
        return Level.of(call(BEST_LEVEL));
    }

    /** The instruction set in use. */
    public static Level level() {
        return Level.of(call(LEVEL));
    }

    /** Whether products of bfloat16 use the instruction for them. */
    public static boolean bfloat16() {
        return (int) call(HAS_BF16) != 0;
    }

    /** Uses another level; one that the processor lacks becomes the best it has. Nothing may be running. */
    public static Level use(Level level) {
        return Level.of(call(SET_LEVEL, level.code));
    }

    /**
     * Bytes per second that all threads together read from memory: the fastest of some passes over a buffer that no cache
     * holds.
     *
     * @param bytes size of the buffer; several times the last-level cache
     * @param passes how often it is read
     */
    public static double readBandwidth(long bytes, int passes) {
        try (Scope scope = Scope.open()) {
            MemorySegment buffer = onLargePages(Tensors.empty(DType.U8, bytes)).bytes();
            // Untouched pages are all the same page of zeros.
            for (long at = 0; at < bytes; at += 4096) {
                buffer.set(java.lang.foreign.ValueLayout.JAVA_BYTE, at, (byte) 1);
            }
            return bytes / (double) call(READ_SECONDS, buffer, bytes, passes, Torch.threads());
        }
    }

    /**
     * Asks for large pages under a tensor that nobody has written to yet. Only a hint: without the kernels, on other
     * systems and for small tensors nothing happens.
     *
     * @return the same tensor
     */
    public static Tensor onLargePages(Tensor fresh) {
        if (KernelLibrary.available()) {
            MemorySegment memory = fresh.bytes();
            call(LARGE_PAGES, memory, memory.byteSize());
        }
        return fresh;
    }

    static void matmul(MemorySegment matrix, MemorySegment x, long rows, long in, MemorySegment y, long out) {
        int status = (int) call(MATMUL, matrix, x, in, Math.toIntExact(rows), y, out, Torch.threads());
        if (status != 0) {
            throw new OutOfMemoryError("No memory for " + rows + " rows of activations");
        }
    }

    /** Returns whether all weights were finite. */
    static boolean pack(
            WeightFormat format,
            int group,
            MemorySegment w,
            long out,
            long in,
            MemorySegment data,
            MemorySegment scales) {
        return (int) call(PACK, format.code(), group, w, out, in, data, scales, Torch.threads()) == 0;
    }

    static void unpack(MemorySegment matrix, MemorySegment w) {
        call(UNPACK, matrix, w, Torch.threads());
    }

    private static MethodHandle bind(String name, FunctionDescriptor type) {
        if (!KernelLibrary.available()) {
            return null;
        }
        MethodHandle handle = KernelLibrary.function(name, type);
        return handle.asSpreader(Object[].class, handle.type().parameterCount())
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    private static Object call(MethodHandle function, Object... arguments) {
        if (function == null) {
            throw new IllegalStateException("No native kernels, because " + KernelLibrary.missing());
        }
        try {
            return function.invokeExact(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("Native functions throw nothing", e);
        }
    }
}
