package stipple.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvailableMemoryTest {
    @TempDir
    private Path root;

    @BeforeEach
    void machineOfEightGibibytes() throws IOException {
        write("proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable:    8388608 kB\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private AvailableMemory host() {
        return AvailableMemory.host(root).orElseThrow();
    }

    @Test
    void without_limits_it_is_what_the_kernel_calls_available() {
        assertEquals(new AvailableMemory(8L << 30, "this machine"), host());
    }

    @Test
    void a_container_limit_counts_less_what_is_used_but_not_less_cached_files() throws IOException {
        write("proc/self/cgroup", "0::/pod/box\n");
        write("sys/fs/cgroup/pod/box/memory.max", "4294967296\n");
        write("sys/fs/cgroup/pod/box/memory.current", "2147483648\n");
        write("sys/fs/cgroup/pod/box/memory.stat", "anon 1\ninactive_file 1073741824\n");

        assertEquals(new AvailableMemory(3L << 30, "the container"), host());
    }

    @Test
    void the_narrowest_of_nested_groups_counts_and_no_limit_is_none() throws IOException {
        write("proc/self/cgroup", "0::/pod/box\n");
        write("sys/fs/cgroup/pod/box/memory.max", "max\n");
        write("sys/fs/cgroup/pod/box/memory.current", "5\n");
        write("sys/fs/cgroup/pod/memory.max", "1048576\n");
        write("sys/fs/cgroup/pod/memory.current", "2097152\n");

        assertEquals(new AvailableMemory(0, "the container"), host());
    }

    @Test
    void groups_of_the_first_version_are_understood() throws IOException {
        write("proc/self/cgroup", "5:cpu,memory:/docker/abc\n0::/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "536870912\n");
        write("sys/fs/cgroup/memory/memory.stat", "total_inactive_file 0\n");

        assertEquals(new AvailableMemory(512L << 20, "the container"), host());
    }

    @Test
    void a_system_that_does_not_tell_sets_no_limit(@TempDir Path empty) {
        assertEquals(Optional.empty(), AvailableMemory.host(empty));
        assertTrue(AvailableMemory.host(root).isPresent());
    }
}
