package stipple.torch;

import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_gloo;
import org.bytedeco.pytorch.global.torch_nccl;

/**
 * Loads libtorch once, in an order that is safe on a cold cache.
 *
 * <p>JavaCPP unpacks libraries one by one as it loads them. If another libtorch is on the linker path, the first start
 * would bind to that one and crash, so every library is unpacked before any is loaded.
 */
final class NativeLibraries {
    private static final String PLATFORM = Loader.getPlatform();
    private static final String CUDA_PART = "/org/bytedeco/pytorch/" + PLATFORM + "-gpu/libtorch_cuda.so";

    static {
        NativeEnvironment.prepare();
        try {
            unpack(openblas.class, "/org/bytedeco/openblas/" + PLATFORM + "/");
            unpack(torch.class, "/org/bytedeco/pytorch/" + PLATFORM + "/");
            unpack(torch.class, "/org/bytedeco/pytorch/" + PLATFORM + "-gpu/");
            Loader.load(torch.class);
        } catch (IOException e) {
            throw new UserException(
                    "Cannot unpack the native libraries of libtorch: " + e.getMessage()
                            + "; free some disk space or set -Dorg.bytedeco.javacpp.cachedir to a writable folder",
                    e);
        } catch (UnsatisfiedLinkError e) {
            throw new UserException(
                    (forCards()
                                    ? "libtorch for CUDA cannot be loaded ("
                                    : "libtorch has no natives for " + PLATFORM + " on the class path (")
                            + firstLine(e) + ")" + (forCards() ? "; " + Cards.NEEDS : ""),
                    e);
        }
        // One engine thread drives the operators; each operator spreads over the cores.
        String threads = System.getProperty("stipple.threads");
        if (threads != null) {
            torch.set_num_threads(Integer.parseInt(threads));
        }
    }

    private NativeLibraries() {}

    /** Whether the class path has the natives with CUDA. */
    static boolean forCards() {
        return torch.class.getResource(CUDA_PART) != null;
    }

    /** What the linker has against libtorch's CUDA part. */
    static String whyNoCuda() {
        try {
            System.load(Loader.cacheResource(torch.class, CUDA_PART).getPath());
            return "it was not loaded with the rest";
        } catch (IOException | UnsatisfiedLinkError e) {
            return firstLine(e);
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("?");
    }

    private static void unpack(Class<?> anchor, String folder) throws IOException {
        if (anchor.getResource(folder) != null) {
            Loader.cacheResource(anchor, folder);
        }
    }

    /** Loads the bridge to Gloo, which every build of libtorch for Linux has. */
    static void loadGloo() {
        bridge("gloo", () -> Loader.load(torch_gloo.class));
    }

    /** Loads the bridge to NCCL, which only the CUDA build of libtorch has. */
    static void loadNccl() {
        if (torch.class.getResource("/org/bytedeco/pytorch/" + PLATFORM + "-gpu/libjnitorch_nccl.so") == null) {
            throw new UserException("NCCL is not in this build: the class path has libtorch for the CPU;"
                    + " build with -Pgpu, or use the gloo transport");
        }
        bridge("nccl", () -> Loader.load(torch_nccl.class));
    }

    private static void bridge(String name, Runnable load) {
        try {
            load.run();
        } catch (LinkageError | TypeNotPresentException e) {
            // The bridge to NCCL names classes of JavaCPP's CUDA presets, which are an artifact of their own.
            throw new UserException(
                    "The natives for " + name + " cannot be loaded ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("?") + ")",
                    e);
        }
    }

    /** Makes sure that libtorch is loaded; cheap after the first call. */
    static void load() {
        // The work is done by the static initialiser.
    }
}
