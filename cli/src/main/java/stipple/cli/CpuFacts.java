package stipple.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import stipple.model.load.AvailableMemory;

/** What the operating system tells about processor and memory. */
final class CpuFacts {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** Instruction sets that decide how fast models run, by the kernel's names. */
    private static final Map<String, String> FEATURES = new TreeMap<>(Map.of(
            "avx2", "AVX2",
            "avx512f", "AVX-512",
            "avx512_bf16", "AVX-512 bfloat16",
            "avx512_vnni", "AVX-512 VNNI",
            "amx_tile", "AMX",
            "amx_bf16", "AMX bfloat16"));

    private CpuFacts() {}

    /** The processor's name. */
    static String model() {
        return value(CPU_INFO, "model name").orElse(System.getProperty("os.arch"));
    }

    /** Its instruction sets of interest. */
    static List<String> features() {
        Optional<String> flags = value(CPU_INFO, "flags");
        if (flags.isEmpty()) {
            return List.of("unknown on this system");
        }
        Set<String> present = Set.of(flags.get().split("\\s+"));
        return FEATURES.entrySet().stream()
                .filter(feature -> present.contains(feature.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Memory available and in total. */
    static String memory() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return String.format(
                Locale.ROOT,
                "%.1f GiB available of %.1f GiB",
                gigabytes(AvailableMemory.hostBytes()),
                gigabytes(system.getTotalMemorySize()));
    }

    private static double gigabytes(long bytes) {
        return bytes / (double) (1 << 30);
    }

    /** The value of the first line with that key, in a file of {@code key : value} lines. */
    private static Optional<String> value(Path file, String key) {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
