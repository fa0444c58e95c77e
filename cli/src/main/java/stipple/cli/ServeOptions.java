package stipple.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import stipple.model.files.AtomicFile;
import stipple.server.ServerOptions;
import stipple.server.StippleServer;
import stipple.server.api.ServerLimits;
import stipple.torch.UserException;

/** Options of the server itself. */
final class ServeOptions {
    private static final int MEGABYTE = 1_000_000;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "address to listen to; 0.0.0.0 for all (default: " + ServerOptions.LOOPBACK
                    + ", this machine alone)")
    private String host = ServerOptions.LOOPBACK;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "port to listen to, 0 for any that is free (default: " + ServerOptions.PORT + ")")
    private int port = ServerOptions.PORT;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "folder of jobs and pictures (default: ~/.local/share/stipple, or under XDG_DATA_HOME)")
    private Path data;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "PostgreSQL for jobs and pictures, shared by replicas: postgresql://user:password@host/name")
    private String database;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            split = ",",
            description = "callers must give one of these; better set STIPPLE_API_KEY or use --api-key-file")
    private List<String> keys = List.of();

    @Option(names = "--api-key-file", paramLabel = "FILE", description = "a file with one API key per line")
    private Path keyFile;

    @Option(
            names = "--cors",
            paramLabel = "ORIGIN",
            split = ",",
            description = "pages of other sites that may use the server, such as https://example.org; * for all")
    private List<String> origins = List.of();

    @Option(names = "--public-url", paramLabel = "URL", description = "how clients call the server, behind a proxy")
    private URI publicUrl;

    @Option(
            names = "--model-name",
            paramLabel = "NAME",
            description = "what clients call the model (default: its folder)")
    String modelName;

    @Option(
            names = "--model-alias",
            paramLabel = "NAME",
            split = ",",
            description = "other names of the model, for clients that insist on one such as gpt-image-1")
    private List<String> aliases = List.of();

    @Option(names = "--queue", paramLabel = "N", description = "most jobs that may wait (default: ${DEFAULT-VALUE})")
    private int queue = ServerOptions.LIMITS.waiting();

    @Option(
            names = "--max-pictures",
            paramLabel = "N",
            description = "most pictures of one request (default: ${DEFAULT-VALUE})")
    private int pictures = ServerOptions.LIMITS.pictures();

    @Option(
            names = "--max-body",
            paramLabel = "MB",
            description = "largest request in megabytes (default: ${DEFAULT-VALUE})")
    private int bodyMegabytes = (int) (ServerOptions.LIMITS.bodyBytes() / MEGABYTE);

    @Option(
            names = "--call-timeout",
            paramLabel = "SECONDS",
            description = "longest call that waits for pictures; jobs may take longer (default: ${DEFAULT-VALUE})")
    private long callSeconds = ServerOptions.LIMITS.call().toSeconds();

    @Option(
            names = "--keep",
            paramLabel = "HOURS",
            description = "remove jobs and pictures after so long, 0 never (default: 0)")
    private long keepHours;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            description = "when asked to end, go on with accepted work for so long (default: 30)")
    private long drainSeconds = 30;

    @Option(
            names = "--lease",
            paramLabel = "SECONDS",
            description = "with --database: take up the jobs of a replica that is silent for so long (default: 15)")
    private long leaseSeconds = 15;

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            split = ",",
            description = "folders with training runs and evaluation reports, shown on the page to who may draw"
                    + " (default: runs and build/eval, where they exist and only this machine can look)")
    private List<Path> runs;

    /** The options as the server takes them. */
    ServerOptions resolve() {
        positive("--queue", queue);
        positive("--max-pictures", pictures);
        positive("--max-body", bodyMegabytes);
        positive("--call-timeout", callSeconds);
        if (keepHours < 0 || drainSeconds < 0) {
            throw new UserException("--keep and --drain must not be negative");
        }
        ServerLimits limits = new ServerLimits(
                pictures,
                queue,
                (long) bodyMegabytes * MEGABYTE,
                ServerOptions.LIMITS.body(),
                Duration.ofSeconds(callSeconds),
                Duration.ofHours(keepHours));
        ServerOptions defaults = ServerOptions.in(data == null ? defaultData() : data);
        return new ServerOptions(
                host,
                port,
                allKeys(),
                origins,
                Optional.ofNullable(publicUrl),
                defaults.data(),
                Optional.ofNullable(database),
                aliases,
                limits,
                defaults.connections(),
                Duration.ofSeconds(drainSeconds),
                Duration.ofSeconds(leaseSeconds),
                runFolders());
    }

    /** Others see runs only if that is asked for: recipes and logs tell more than pictures do. */
    private List<Path> runFolders() {
        if (runs == null) {
            return StippleServer.loopback(host)
                    ? Stream.of(Path.of("runs"), Path.of("build", "eval"))
                            .filter(Files::isDirectory)
                            .toList()
                    : List.of();
        }
        for (Path folder : runs) {
            if (!Files.isDirectory(folder)) {
                throw new UserException("--runs takes folders, and there is none at " + folder);
            }
        }
        return runs;
    }

    private List<String> allKeys() {
        List<String> all = new ArrayList<>(keys);
        if (keyFile != null) {
            try (Stream<String> lines = Files.lines(keyFile)) {
                lines.map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .forEach(all::add);
            } catch (IOException failure) {
                throw new UserException(
                        "Cannot read the API keys in " + keyFile + ": " + AtomicFile.reason(failure), failure);
            }
            if (all.isEmpty()) {
                throw new UserException("There is no API key in " + keyFile);
            }
        }
        return all;
    }

    private static Path defaultData() {
        String base = System.getenv("XDG_DATA_HOME");
        return base == null || base.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "share", "stipple")
                : Path.of(base, "stipple");
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new UserException(name + " must be at least 1, got " + value);
        }
    }
}
