package stipple.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** Events of the card on the stream that copies are queued on. */
final class CudaFences implements StagedUpload.Fences {
    /** An event that is waited for but tells no time ({@code cudaEventDisableTiming}). */
    private static final int NO_TIMING = 2;

    private final CudaFunctions cuda;
    private final int device;
    private final Map<Integer, MemorySegment> events = new HashMap<>();

    CudaFences(Device device) {
        this.device = device.index();
        try {
            cuda = CudaFunctions.get();
        } catch (IllegalArgumentException e) {
            throw new UserException("This build of libtorch cannot upload to " + device + " (" + e.getMessage()
                    + "); build with -Pgpu and install the CUDA 13 runtime");
        }
    }

    @Override
    public void mark(int buffer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            cuda.checkTorch("asking for the stream", cuda.currentStream, device, out);
            MemorySegment stream = out.get(ADDRESS, 0);
            cuda.check("choosing the card", cuda.setDevice, device);
            MemorySegment event = events.get(buffer);
            if (event == null) {
                cuda.check("making an event", cuda.newEvent, out, NO_TIMING);
                event = out.get(ADDRESS, 0);
                events.put(buffer, event);
            }
            cuda.check("marking a copy", cuda.recordEvent, event, stream);
        }
    }

    @Override
    public void await(int buffer) {
        cuda.check("waiting for a copy", cuda.awaitEvent, events.get(buffer));
    }

    @Override
    public void close() {
        for (MemorySegment event : events.values()) {
            cuda.check("freeing an event", cuda.deleteEvent, event);
        }
        events.clear();
    }
}
