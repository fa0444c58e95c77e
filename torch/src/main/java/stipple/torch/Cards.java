package stipple.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import org.bytedeco.pytorch.global.torch;

/** What the CUDA runtime says of graphics cards, and why there are none. */
public final class Cards {
    /** The CUDA that libtorch is built with, and the first driver that has it. */
    private static final int CUDA_MAJOR = 13;

    private static final int DRIVER = 580;

    /** What libtorch for CUDA is linked against. */
    static final String NEEDS =
            "it needs the CUDA 13 runtime with cuBLAS, cuFFT, cuRAND, cuSOLVER, cuSPARSE, cuFile and"
                    + " CUPTI, cuDNN 9 and NCCL 2, which the container of deploy/Dockerfile.cuda has";

    private static final long PROPERTIES_BYTES = 16 << 10;

    private Cards() {}

    /**
     * Computes float32 in float32: left to themselves, cuDNN's convolutions round to ten bits of mantissa. For the whole
     * process.
     */
    public static void exactFloat32() {
        NativeLibraries.load();
        try (var context = torch.globalContext()) {
            context.setAllowTF32CuDNN(false);
            context.setAllowTF32CuBLAS(false);
        }
    }

    /** Waits until a device has done everything it was told; at once on the CPU. */
    public static void await(Device device) {
        if (device.type() == Device.Type.CUDA) {
            CudaFunctions cuda = CudaFunctions.get();
            cuda.check("choosing the card", cuda.setDevice, device.index());
            cuda.check("waiting for the card", cuda.deviceSynchronize);
        }
    }

    /** Free memory of a card, what libtorch keeps for itself not counted; nothing if these natives know no cards. */
    public static OptionalLong freeBytes(Device device) {
        if (device.type() == Device.Type.CPU || Torch.cudaDevices() <= device.index()) {
            return OptionalLong.empty();
        }
        CudaFunctions cuda = CudaFunctions.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment free = arena.allocate(JAVA_LONG);
            MemorySegment total = arena.allocate(JAVA_LONG);
            cuda.check("choosing the card", cuda.setDevice, device.index());
            cuda.check("asking for its memory", cuda.memory, free, total);
            return OptionalLong.of(free.get(JAVA_LONG, 0));
        }
    }

    /** What a card calls itself. */
    public static String name(Device card) {
        CudaFunctions cuda = CudaFunctions.get();
        try (Arena arena = Arena.ofConfined()) {
            // The structure begins with the name; it has about one kilobyte.
            MemorySegment properties = arena.allocate(PROPERTIES_BYTES, Long.BYTES);
            cuda.check("asking for its name", cuda.properties, properties, card.index());
            return properties.getString(0);
        }
    }

    /** Why there is no card, and what to do, in one line. */
    static String whyNone() {
        if (!NativeLibraries.forCards()) {
            return none(false, 0, null);
        }
        try (Arena arena = Arena.ofConfined()) {
            CudaFunctions cuda = CudaFunctions.get();
            MemorySegment version = arena.allocate(ADDRESS);
            cuda.check("asking for the driver", cuda.driverVersion, version);
            return none(true, version.get(JAVA_INT, 0), System.getenv("CUDA_VISIBLE_DEVICES"));
        } catch (IllegalArgumentException e) {
            // libtorch itself comes up without its CUDA part.
            return "libtorch's part for CUDA cannot be loaded (" + NativeLibraries.whyNoCuda() + "); " + NEEDS;
        }
    }

    /**
     * The same from what is known.
     *
     * @param forCards whether the natives are those with CUDA
     * @param driver newest CUDA that the driver has, as 1000 * major + 10 * minor; 0 without a driver
     * @param visible what {@code CUDA_VISIBLE_DEVICES} says, or null
     */
    static String none(boolean forCards, int driver, String visible) {
        if (!forCards) {
            return "this build has libtorch for the CPU; run STIPPLE_PROFILE=gpu ./stipple, or the container of"
                    + " deploy/Dockerfile.cuda";
        }
        if (driver == 0) {
            return "no NVIDIA driver is loaded; install driver " + DRIVER
                    + " or newer, and start containers with --gpus all";
        }
        if (driver < 1000 * CUDA_MAJOR) {
            return "the driver has CUDA " + driver / 1000 + "." + driver % 1000 / 10 + ", and " + CUDA_MAJOR
                    + " is needed; install driver " + DRIVER + " or newer";
        }
        return "the driver shows no card" + (visible == null ? "" : " with CUDA_VISIBLE_DEVICES=" + visible)
                + "; nvidia-smi lists what is there";
    }
}
