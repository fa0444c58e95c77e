package stipple.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The functions of the CUDA runtime and of libtorch's CUDA part that the presets do not map. The libraries are in the process
 * since libtorch was loaded, and are found by their names.
 *
 * <p>What the runtime and libtorch's C interface refuse comes back as a number and leaves as a {@link TorchException}. The
 * methods of {@code at::cuda::CUDAGraph} are C++: an exception of theirs would end the process, so {@link CudaGraphs} asks
 * the runtime first whether they can succeed.
 */
final class CudaFunctions {
    private static final List<String> LIBRARIES = List.of("libtorch_cuda.so", "libcudart.so.13");

    private static CudaFunctions instance;

    private final List<SymbolLookup> libraries = new ArrayList<>();

    // The runtime.
    private final MethodHandle errorString = bind("cudaGetErrorString", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    private final MethodHandle lastError = bind("cudaGetLastError", FunctionDescriptor.of(JAVA_INT));
    final MethodHandle driverVersion = status("cudaDriverGetVersion", ADDRESS);
    final MethodHandle memory = status("cudaMemGetInfo", ADDRESS, ADDRESS);
    final MethodHandle properties = status("cudaGetDeviceProperties", ADDRESS, JAVA_INT);
    final MethodHandle setDevice = status("cudaSetDevice", JAVA_INT);
    final MethodHandle newEvent = status("cudaEventCreateWithFlags", ADDRESS, JAVA_INT);
    final MethodHandle recordEvent = status("cudaEventRecord", ADDRESS, ADDRESS);
    final MethodHandle awaitEvent = status("cudaEventSynchronize", ADDRESS);
    final MethodHandle deleteEvent = status("cudaEventDestroy", ADDRESS);
    final MethodHandle deviceSynchronize = status("cudaDeviceSynchronize");
    final MethodHandle isCapturing = status("cudaStreamIsCapturing", ADDRESS, ADDRESS);
    final MethodHandle endCapture = status("cudaStreamEndCapture", ADDRESS, ADDRESS);
    final MethodHandle instantiate = status("cudaGraphInstantiate", ADDRESS, ADDRESS, JAVA_LONG);
    final MethodHandle launch = status("cudaGraphLaunch", ADDRESS, ADDRESS);
    final MethodHandle destroyExec = status("cudaGraphExecDestroy", ADDRESS);

    // libtorch's C interface.
    final MethodHandle currentStream = status("aoti_torch_get_current_cuda_stream", JAVA_INT, ADDRESS);
    final MethodHandle poolStream = status("torch_get_cuda_stream_from_pool", JAVA_BOOLEAN, JAVA_INT, ADDRESS);
    final MethodHandle openGuard = status("aoti_torch_create_cuda_stream_guard", ADDRESS, JAVA_INT, ADDRESS);
    final MethodHandle closeGuard = status("aoti_torch_delete_cuda_stream_guard", ADDRESS);

    // at::cuda::CUDAGraph, with the object as the first argument.
    final MethodHandle newGraph = bind("_ZN2at4cuda9CUDAGraphC1Eb", FunctionDescriptor.ofVoid(ADDRESS, JAVA_BOOLEAN));
    final MethodHandle deleteGraph = bind("_ZN2at4cuda9CUDAGraphD1Ev", FunctionDescriptor.ofVoid(ADDRESS));
    final MethodHandle beginGraph = bind(
            "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT));
    final MethodHandle endGraph = bind("_ZN2at4cuda9CUDAGraph11capture_endEv", FunctionDescriptor.ofVoid(ADDRESS));
    final MethodHandle rawGraph =
            bind("_ZN2at4cuda9CUDAGraph14raw_cuda_graphEv", FunctionDescriptor.of(ADDRESS, ADDRESS));

    private CudaFunctions() {}

    /**
     * The functions, looked up when first asked for.
     *
     * @throws IllegalArgumentException naming the library or function that is not there
     */
    static synchronized CudaFunctions get() {
        if (instance == null) {
            NativeLibraries.load();
            instance = new CudaFunctions();
        }
        return instance;
    }

    private MethodHandle status(String name, MemoryLayout... arguments) {
        return bind(name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private MethodHandle bind(String name, FunctionDescriptor type) {
        if (libraries.isEmpty()) {
            LIBRARIES.forEach(library -> libraries.add(SymbolLookup.libraryLookup(library, Arena.global())));
        }
        return libraries.stream()
                .flatMap(library -> library.find(name).stream())
                .findFirst()
                .map(address -> Linker.nativeLinker().downcallHandle(address, type))
                .orElseThrow(() -> new IllegalArgumentException("there is no function " + name + " in " + LIBRARIES));
    }

    /** Calls a function of the runtime, which says with a number how it went. */
    void check(String what, MethodHandle function, Object... arguments) {
        int code = (int) call(function, arguments);
        if (code != 0) {
            call(lastError);
            MemorySegment text = (MemorySegment) call(errorString, code);
            throw failure(what, text.reinterpret(Long.MAX_VALUE).getString(0));
        }
    }

    /** Calls a function of libtorch's C interface, which prints what was wrong and only says that something was. */
    void checkTorch(String what, MethodHandle function, Object... arguments) {
        if ((int) call(function, arguments) != 0) {
            throw failure(what, "libtorch refuses, for the reason it printed");
        }
    }

    static TorchException failure(String what, String reason) {
        return TorchException.of(new RuntimeException("CUDA error: " + what + ": " + reason));
    }

    /** Calls a function, whatever it returns. */
    static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("Native functions throw nothing", e);
        }
    }
}
