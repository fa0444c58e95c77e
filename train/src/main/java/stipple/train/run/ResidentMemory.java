package stipple.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory that this process really occupies, native tensors included. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path MACHINE = Path.of("/proc/meminfo");

    private ResidentMemory() {}

    /** Bytes now; 0 where the system does not tell. */
    public static long bytes() {
        return field("VmRSS:");
    }

    /** The most bytes so far; 0 where the system does not tell. */
    public static long peak() {
        return field("VmHWM:");
    }

    /** Bytes that the machine has left for new processes' memory; {@link Long#MAX_VALUE} where it does not tell. */
    public static long available() {
        long found = field(MACHINE, "MemAvailable:");
        return found == 0 ? Long.MAX_VALUE : found;
    }

    private static long field(String name) {
        return field(STATUS, name);
    }

    private static long field(Path file, String name) {
        if (!Files.isReadable(file)) {
            return 0;
        }
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException unreadable) {
            return 0;
        }
    }
}
