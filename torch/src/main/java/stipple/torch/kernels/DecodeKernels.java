package stipple.torch.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import stipple.torch.Torch;

/**
 * The functions of {@code stp_decode.h}: one native call reads a token of every row, another samples a token of every
 * picture. Callers lay out the structures with {@link Words}; the sizes below are in fields. May be loaded only where
 * the {@linkplain KernelLibrary#available() library is available}.
 */
public final class DecodeKernels {
    /** Fields of {@code stp_linear}. */
    public static final int LINEAR = 5;

    /** Fields of {@code stp_layer}. */
    public static final int LAYER = 2 + 7 * LINEAR;

    /** Fields of {@code stp_backbone}. */
    public static final int BACKBONE = 12 + LINEAR;

    /** Fields of {@code stp_row}. */
    public static final int ROW = 8;

    /** Fields of {@code stp_block}. */
    public static final int BLOCK = 2 + 3 * LINEAR;

    /** Fields of {@code stp_head}. */
    public static final int HEAD = 6 + 5 * LINEAR;

    /** Fields of {@code stp_update}. */
    public static final int UPDATE = 6;

    /** Fields of {@code stp_picture}. */
    public static final int PICTURE = 14;

    /** Flag of a solver step: asks the head. */
    public static final int EVALUATE = 1;

    /** Flag of a solver step: takes a draw. */
    public static final int DRAW = 2;

    /** Flag of a solver step: an interval ends after it. */
    public static final int COMMIT = 4;

    /** Positions that a store of keys and values is rounded up to. */
    public static final int SPAN = 32;

    private static final MethodHandle KEY_ELEMENTS =
            KernelLibrary.function("stp_key_elements", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
    private static final MethodHandle VALUE_ELEMENTS =
            KernelLibrary.function("stp_value_elements", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
    private static final MethodHandle STEP_SCRATCH = KernelLibrary.function(
            "stp_step_scratch", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SAMPLE_SCRATCH = KernelLibrary.function(
            "stp_sample_scratch", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle STEP = KernelLibrary.function(
            "stp_step",
            FunctionDescriptor.ofVoid(
                    ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SAMPLE = KernelLibrary.function(
            "stp_sample", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT));

    private DecodeKernels() {}

    /** Elements of a key store of so many positions, a multiple of {@link #SPAN}. */
    public static long keyElements(MemorySegment backbone, long capacity) {
        try {
            return (long) KEY_ELEMENTS.invokeExact(backbone, capacity);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Elements of a value store of so many positions, a multiple of {@link #SPAN}. */
    public static long valueElements(MemorySegment backbone, long capacity) {
        try {
            return (long) VALUE_ELEMENTS.invokeExact(backbone, capacity);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Bytes of scratch of {@link #step}. */
    public static long stepScratch(MemorySegment backbone, long rows, long positions) {
        try {
            return (long) STEP_SCRATCH.invokeExact(backbone, rows, positions, Torch.threads());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Bytes of scratch of {@link #sample}. */
    public static long sampleScratch(MemorySegment head, long rows, long pictures) {
        try {
            return (long) SAMPLE_SCRATCH.invokeExact(head, rows, pictures, Torch.threads());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Reads one token per row.
     *
     * @param backbone {@code stp_backbone}
     * @param rows {@code stp_row [count]}
     * @param tokens {@code [count][token]}, or {@link MemorySegment#NULL} if x holds embeddings
     * @param x {@code [count][hidden]}, overwritten
     * @param out {@code [count][hidden]}, final-normed hidden states
     * @param scratch aligned to 64, of at least {@link #stepScratch} bytes
     * @param positions at most so many are attended to
     * @param members threads, at most as many as {@link Torch#threads()}
     */
    public static void step(
            MemorySegment backbone,
            MemorySegment rows,
            long count,
            MemorySegment tokens,
            MemorySegment x,
            MemorySegment out,
            MemorySegment scratch,
            long positions,
            int members) {
        try {
            STEP.invokeExact(backbone, rows, count, tokens, x, out, scratch, positions, members);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Samples the next token of every picture.
     *
     * @param head {@code stp_head}
     * @param pictures {@code stp_picture [count]}
     * @param hidden {@code [rows][hidden]}, the branches of the pictures one after the other
     * @param scratch aligned to 64, of at least {@link #sampleScratch} bytes
     * @param members threads, at most as many as {@link Torch#threads()}
     */
    public static void sample(
            MemorySegment head,
            MemorySegment pictures,
            long count,
            MemorySegment hidden,
            MemorySegment scratch,
            int members) {
        try {
            SAMPLE.invokeExact(head, pictures, count, hidden, scratch, members);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException known
                ? known
                : new IllegalStateException("Native functions throw nothing", e);
    }
}
