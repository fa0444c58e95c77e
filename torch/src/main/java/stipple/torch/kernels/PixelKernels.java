package stipple.torch.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions of {@code stp_vae.h}: the image tokenizer's decoder in one native call. Callers lay out the structures with
 * {@link Words}; the sizes below are in fields. May be loaded only where the {@linkplain KernelLibrary#available() library
 * is available}.
 */
public final class PixelKernels {
    /** Fields of {@code stp_conv}. */
    public static final int CONVOLUTION = 5;

    /** Fields of {@code stp_group_norm}. */
    public static final int NORM = 2;

    /** Fields of {@code stp_resnet}. */
    public static final int RESNET = 2 * NORM + 3 * CONVOLUTION;

    /** Fields of {@code stp_decoder}. */
    public static final int DECODER = 5 + 2 * RESNET + 2 * NORM + 6 * CONVOLUTION;

    private static final long HALVES = 16;

    /** What a convolution does, in the library's words. */
    public enum Kind {
        /** 1x1. */
        POINT(1, 1),
        /** 3x3 with zeros around. */
        SQUARE(3, 3),
        /** 3x3 on the map at twice its size, each pixel repeated. */
        DOUBLING(4, 3);

        private final long code;
        private final int side;

        Kind(long code, int side) {
            this.code = code;
            this.side = side;
        }

        /** The number that stands for it in structures. */
        public long code() {
            return code;
        }

        /** The same for weights and maps in bfloat16; {@link Kernels#bfloat16} says whether there is such a kernel. */
        public long halved() {
            return code | HALVES;
        }

        /** Side of the kernel that is packed. */
        public int side() {
            return side;
        }
    }

    private static final MethodHandle FLOATS = KernelLibrary.function(
            "stp_conv_floats", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PACK = KernelLibrary.function(
            "stp_conv_pack", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS));
    private static final MethodHandle HALVE =
            KernelLibrary.function("stp_conv_halve", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle SCRATCH = KernelLibrary.function(
            "stp_vae_scratch", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle DECODE = KernelLibrary.function(
            "stp_vae_decode",
            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT));

    private PixelKernels() {}

    /** Floats that the packed weights of a convolution take. */
    public static long floats(Kind kind, long in, long out) {
        try {
            return (long) FLOATS.invokeExact(kind.code, in, out);
        } catch (Throwable e) {
            throw DecodeKernels.unexpected(e);
        }
    }

    /**
     * Packs the weights of a convolution.
     *
     * @param weight float32 {@code [out, in, side, side]}
     * @param packed {@link #floats} of them, aligned to 64 bytes
     */
    public static void pack(Kind kind, long in, long out, MemorySegment weight, MemorySegment packed) {
        try {
            PACK.invokeExact(kind.code, in, out, weight, packed);
        } catch (Throwable e) {
            throw DecodeKernels.unexpected(e);
        }
    }

    /**
     * Rounds packed weights to bfloat16.
     *
     * @param packed {@code floats} values that {@link #pack} wrote, for an even number of inputs
     * @param halved half as many bytes
     */
    public static void halve(MemorySegment packed, long floats, MemorySegment halved) {
        try {
            HALVE.invokeExact(packed, floats, halved);
        } catch (Throwable e) {
            throw DecodeKernels.unexpected(e);
        }
    }

    /** Bytes of scratch of {@link #decode} for a latent of that size. */
    public static long scratch(MemorySegment decoder, long height, long width, int members) {
        try {
            return (long) SCRATCH.invokeExact(decoder, height, width, members);
        } catch (Throwable e) {
            throw DecodeKernels.unexpected(e);
        }
    }

    /**
     * Decodes one picture.
     *
     * @param decoder {@code stp_decoder}
     * @param latents {@code [channels][height][width]}
     * @param pixels {@code [3][h][w]}
     * @param scratch aligned to 64, of at least {@link #scratch} bytes
     * @param members threads
     */
    public static void decode(
            MemorySegment decoder,
            MemorySegment latents,
            long height,
            long width,
            MemorySegment pixels,
            MemorySegment scratch,
            int members) {
        try {
            DECODE.invokeExact(decoder, latents, height, width, pixels, scratch, members);
        } catch (Throwable e) {
            throw DecodeKernels.unexpected(e);
        }
    }
}
