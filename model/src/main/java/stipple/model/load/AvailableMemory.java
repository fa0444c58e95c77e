package stipple.model.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import stipple.torch.Cards;
import stipple.torch.Device;

/**
 * How much memory a process may still take without pushing anything out to disk.
 *
 * @param bytes that much
 * @param where what sets the limit, for a message: {@code this machine}, {@code the container}, {@code cuda:0}
 */
public record AvailableMemory(long bytes, String where) {
    private static final String UNLIMITED = "max";
    private static final int PATIENCE_SECONDS = 5;

    /** What the system says of a device; nothing if it does not say. */
    public static Optional<AvailableMemory> of(Device device) {
        return device.type() == Device.Type.CPU ? host(Path.of("/")) : card(device);
    }

    /** Bytes that this process may still take of the machine's memory; where the system says nothing, what Java calls free. */
    public static long hostBytes() {
        return of(Device.CPU).map(AvailableMemory::bytes).orElseGet(() -> {
            var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return system.getFreeMemorySize();
        });
    }

    /**
     * The least of what the kernel calls available and what the limits of the process's control groups leave. File pages
     * that are merely cached count as available.
     *
     * @param root of the file system that {@code proc} and {@code sys} are under
     */
    static Optional<AvailableMemory> host(Path root) {
        List<AvailableMemory> limits = new ArrayList<>();
        value(root.resolve("proc/meminfo"), "MemAvailable:")
                .ifPresent(kib -> limits.add(new AvailableMemory(kib * 1024, "this machine")));
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[1].isEmpty()) {
                groups(root.resolve("sys/fs/cgroup"), parts[2])
                        .forEach(group -> limit(group, "memory.max", "memory.current", "inactive_file ")
                                .ifPresent(limits::add));
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                groups(root.resolve("sys/fs/cgroup/memory"), parts[2])
                        .forEach(group -> limit(
                                        group, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ")
                                .ifPresent(limits::add));
            }
        }
        return limits.stream().min((a, b) -> Long.compare(a.bytes, b.bytes));
    }

    /** The group's folder and all above it; inside a container only the outermost may be visible. */
    private static List<Path> groups(Path mount, String group) {
        List<Path> folders = new ArrayList<>();
        Path base = mount.normalize();
        for (Path at = base.resolve(group.replaceFirst("^/+", "")).normalize();
                at != null && at.startsWith(base);
                at = at.getParent()) {
            folders.add(at);
        }
        return folders;
    }

    private static Optional<AvailableMemory> limit(Path group, String max, String used, String cached) {
        OptionalLong most = number(group.resolve(max));
        OptionalLong now = number(group.resolve(used));
        if (most.isEmpty() || now.isEmpty()) {
            return Optional.empty();
        }
        long back = value(group.resolve("memory.stat"), cached).orElse(0L);
        return Optional.of(new AvailableMemory(
                Math.max(0, most.getAsLong() - Math.max(0, now.getAsLong() - back)), "the container"));
    }

    private static OptionalLong number(Path file) {
        List<String> lines = lines(file);
        if (lines.isEmpty() || lines.getFirst().strip().equals(UNLIMITED)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(lines.getFirst().strip()));
        } catch (NumberFormatException unknown) {
            return OptionalLong.empty();
        }
    }

    /** The number behind a word at the start of a line. */
    private static Optional<Long> value(Path file, String key) {
        return lines(file).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).replaceAll("\\D", ""))
                .filter(digits -> !digits.isEmpty())
                .map(Long::parseLong)
                .findFirst();
    }

    private static List<String> lines(Path file) {
        if (!Files.isReadable(file)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.toList();
        } catch (IOException | RuntimeException unreadable) {
            // A system that does not tell sets no limit that we could know of.
            return List.of();
        }
    }

    /** What the CUDA runtime says; the driver's own tool where the natives at hand know nothing of cards. */
    private static Optional<AvailableMemory> card(Device device) {
        OptionalLong free = Cards.freeBytes(device);
        if (free.isPresent()) {
            return Optional.of(new AvailableMemory(free.getAsLong(), device.toString()));
        }
        try {
            Process tool = new ProcessBuilder(
                            "nvidia-smi",
                            "--query-gpu=memory.free",
                            "--format=csv,noheader,nounits",
                            "--id=" + device.index())
                    .redirectErrorStream(true)
                    .start();
            if (!tool.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                tool.destroyForcibly();
                return Optional.empty();
            }
            String text = new String(tool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return text.strip().matches("\\d+")
                    ? Optional.of(new AvailableMemory(Long.parseLong(text.strip()) << 20, device.toString()))
                    : Optional.empty();
        } catch (IOException missing) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
