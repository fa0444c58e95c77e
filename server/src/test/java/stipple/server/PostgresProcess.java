package stipple.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL server of our own in a temporary folder, if its programs are installed. */
final class PostgresProcess implements AutoCloseable {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final Process process;
    private final int port;

    private PostgresProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one, or skips the test with the reason why it cannot. */
    static PostgresProcess start(Path cluster) throws IOException, InterruptedException {
        Optional<Path> programs = programs();
        assumeTrue(programs.isPresent(), "PostgreSQL is not installed");
        boolean root = System.getProperty("user.name").equals("root");
        assumeTrue(
                !root || succeeds(List.of("setpriv", "--reuid", "postgres", "--clear-groups", "true")),
                "PostgreSQL does not run as root, and there is no user postgres");
        Files.createDirectories(cluster);
        if (root) {
            open(cluster);
            assumeTrue(succeeds(List.of("chown", "postgres", cluster.toString())), "cannot give the folder away");
        }
        Path bin = programs.get();
        assumeTrue(
                succeeds(as(
                        root,
                        bin.resolve("initdb").toString(),
                        "-D",
                        cluster.toString(),
                        "-A",
                        "trust",
                        "-U",
                        "stipple")),
                "initdb fails here");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(as(
                        root,
                        bin.resolve("postgres").toString(),
                        "-D",
                        cluster.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=" + cluster,
                        "-c",
                        "shared_buffers=16MB",
                        "-c",
                        "fsync=off"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        PostgresProcess result = new PostgresProcess(process, port);
        String ready = bin.resolve("pg_isready").toString();
        for (int i = 0; i < 200; i++) {
            if (succeeds(List.of(ready, "-h", "127.0.0.1", "-p", Integer.toString(port)))) {
                return result;
            }
            Thread.sleep(100);
        }
        result.close();
        throw new AssertionError("PostgreSQL does not start");
    }

    /** The owner of the tests' folders may be the only one who can enter them. */
    private static void open(Path cluster) {
        for (Path folder = cluster.getParent();
                folder != null && !folder.equals(Path.of("/tmp"));
                folder = folder.getParent()) {
            boolean opened = folder.toFile().setExecutable(true, false);
            assumeTrue(opened, "cannot open " + folder);
        }
    }

    private static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparing(Path::toString));
        }
    }

    private static List<String> as(boolean root, String... command) {
        List<String> all =
                new ArrayList<>(root ? List.of("setpriv", "--reuid", "postgres", "--clear-groups") : List.of());
        all.addAll(List.of(command));
        return all;
    }

    private static boolean succeeds(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    String url() {
        return "postgresql://stipple@127.0.0.1:" + port + "/postgres";
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
