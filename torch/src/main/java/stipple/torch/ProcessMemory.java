package stipple.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory that this process really occupies, native tensors and mapped files included. */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private ProcessMemory() {}

    /** Bytes now; 0 where the system does not tell. */
    public static long bytes() {
        return field("VmRSS:");
    }

    /** The most bytes so far, or since {@link #restartPeak}; 0 where the system does not tell. */
    public static long peak() {
        return field("VmHWM:");
    }

    /** Bytes of it that the system has moved out to disk: anything above 0 is slow. */
    public static long swapped() {
        return field("VmSwap:");
    }

    /** Makes {@link #peak} start again from what is occupied now; false where the system does not allow it. */
    public static boolean restartPeak() {
        try {
            // See proc(5): 5 resets the high-water mark.
            Files.writeString(CLEAR, "5");
            return true;
        } catch (IOException forbidden) {
            return false;
        }
    }

    private static long field(String name) {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException unreadable) {
            return 0;
        }
    }
}
