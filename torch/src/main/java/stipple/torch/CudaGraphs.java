package stipple.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Records CUDA graphs with libtorch's own {@code CUDAGraph}, which keeps what operations allocate while they are recorded in
 * a pool that nobody else is given memory from.
 *
 * <p>The presets do not map that class, so its methods are called by their names in the library. The graph is made ready to
 * run and launched through the CUDA runtime, which says what fails in place of throwing.
 */
final class CudaGraphs implements DeviceGraph.Recorder {
    /** Larger than the class, of which this code knows no more than that. */
    private static final int OBJECT_BYTES = 1024;

    /** Other threads may use the card meanwhile ({@code cudaStreamCaptureModeThreadLocal}). */
    private static final int THIS_THREAD = 1;

    /** Status of a stream whose operations are being recorded ({@code cudaStreamCaptureStatusActive}). */
    private static final int RECORDING = 1;

    private final int device;
    private final CudaFunctions cuda = CudaFunctions.get();
    private MemorySegment stream;

    CudaGraphs(Device device) {
        this.device = device.index();
    }

    @Override
    public DeviceGraph record(Runnable work) {
        try (Arena arena = Arena.ofConfined()) {
            // Recording needs a stream of its own; that of everything else is the default one.
            MemorySegment own = stream(arena);
            await();
            MemorySegment guard = arena.allocate(ADDRESS);
            cuda.checkTorch("choosing a stream", cuda.openGuard, own, device, guard);
            try {
                // What libraries set up when they are used first must not be recorded.
                work.run();
                await();
                return recorded(work, own);
            } finally {
                cuda.checkTorch("returning to the stream", cuda.closeGuard, guard.get(ADDRESS, 0));
            }
        }
    }

    private void await() {
        cuda.check("choosing the card", cuda.setDevice, device);
        cuda.check("waiting for the card", cuda.deviceSynchronize);
    }

    private Graph recorded(Runnable work, MemorySegment own) {
        Arena memory = Arena.ofShared();
        MemorySegment object = memory.allocate(OBJECT_BYTES, 16);
        CudaFunctions.call(cuda.newGraph, object, true);
        CudaFunctions.call(cuda.beginGraph, object, 0L, 0L, THIS_THREAD);
        RuntimeException failure = null;
        try {
            work.run();
        } catch (RuntimeException e) {
            failure = e;
        }
        if (!recording(own)) {
            // CUDAGraph would throw from here on. It stays, since the allocator asks it whose memory is whose.
            abandon(own);
            throw failure != null
                    ? failure
                    : CudaFunctions.failure("recording", "an operation cannot be part of a graph");
        }
        CudaFunctions.call(cuda.endGraph, object);
        Graph graph = new Graph(memory, object);
        try {
            if (failure != null) {
                throw failure;
            }
            graph.prepare();
            return graph;
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    private MemorySegment stream(Arena arena) {
        if (stream == null) {
            MemorySegment out = arena.allocate(ADDRESS);
            cuda.checkTorch("taking a stream", cuda.poolStream, false, device, out);
            stream = out.get(ADDRESS, 0);
        }
        return stream;
    }

    private boolean recording(MemorySegment own) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            return (int) CudaFunctions.call(cuda.isCapturing, own, status) == 0 && status.get(JAVA_INT, 0) == RECORDING;
        }
    }

    /** Leaves a recording that an operation has spoilt; the error that this reports is the one already known. */
    private void abandon(MemorySegment own) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment graph = arena.allocate(ADDRESS);
            try {
                cuda.check("recording", cuda.endCapture, own, graph);
            } catch (TorchException expected) {
                System.getLogger(CudaGraphs.class.getName())
                        .log(System.Logger.Level.DEBUG, "Left a spoilt recording", expected);
            }
        }
    }

    private final class Graph implements DeviceGraph {
        private final Arena memory;
        private final MemorySegment object;
        private MemorySegment executable;

        Graph(Arena memory, MemorySegment object) {
            this.memory = memory;
            this.object = object;
        }

        void prepare() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment out = arena.allocate(ADDRESS);
                MemorySegment raw = (MemorySegment) CudaFunctions.call(cuda.rawGraph, object);
                cuda.check("making a graph ready", cuda.instantiate, out, raw, 0L);
                executable = out.get(ADDRESS, 0);
            }
        }

        @Override
        public void replay() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment current = arena.allocate(ADDRESS);
                cuda.checkTorch("asking for the stream", cuda.currentStream, device, current);
                cuda.check("launching a graph", cuda.launch, executable, current.get(ADDRESS, 0));
            }
        }

        @Override
        public void close() {
            await();
            if (executable != null) {
                cuda.check("freeing a graph", cuda.destroyExec, executable);
                executable = null;
            }
            CudaFunctions.call(cuda.deleteGraph, object);
            memory.close();
        }
    }
}
