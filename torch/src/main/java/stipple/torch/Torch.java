package stipple.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** Facts and switches of the engine as a whole. */
public final class Torch {
    static {
        NativeLibraries.load();
    }

    private Torch() {}

    /** Version of libtorch, for example {@code 2.10.0}. */
    public static String version() {
        String pinned = torch.class.getPackage().getImplementationVersion();
        return pinned == null ? "unknown" : pinned;
    }

    /** Number of visible CUDA devices; 0 with CPU natives. */
    public static int cudaDevices() {
        return torch.cuda_is_available() ? torch.cuda_device_count() : 0;
    }

    /** The vector instruction set that libtorch's own kernels use, for example {@code AVX512}. */
    public static String cpuCapability() {
        try (var text = torch.get_cpu_capability()) {
            return text.getString();
        }
    }

    /** Where the native libraries are unpacked to. */
    public static Path nativeCache() {
        try {
            return Loader.getCacheDir().toPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Threads that one operator may use. */
    public static int threads() {
        return torch.get_num_threads();
    }

    /** Sets the threads that one operator may use. */
    public static void threads(int threads) {
        if (threads < 1) {
            throw new UserException("Threads must be at least 1, got " + threads);
        }
        torch.set_num_threads(threads);
    }
}
