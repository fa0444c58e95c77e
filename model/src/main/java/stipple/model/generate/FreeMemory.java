package stipple.model.generate;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory that this process can still take. */
final class FreeMemory {
    private static final Path LINUX = Path.of("/proc/meminfo");
    private static final String AVAILABLE = "MemAvailable:";
    private static final long KIB = 1024;

    private FreeMemory() {}

    /** What Linux reckons to be available without swapping, within the container's limit; elsewhere what is unused. */
    static long bytes() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        // Inside a container the JVM reports the container's memory, /proc that of the machine.
        long unused = system.getFreeMemorySize();
        long limit = system.getTotalMemorySize();
        if (!Files.isReadable(LINUX)) {
            return unused;
        }
        try (var lines = Files.lines(LINUX)) {
            return lines.filter(line -> line.startsWith(AVAILABLE))
                    .mapToLong(line -> Long.parseLong(line.substring(AVAILABLE.length())
                                    .replace("kB", "")
                                    .strip())
                            * KIB)
                    .map(available -> Math.min(available, limit))
                    .findFirst()
                    .orElse(unused);
        } catch (IOException | NumberFormatException unreadable) {
            return unused;
        }
    }
}
