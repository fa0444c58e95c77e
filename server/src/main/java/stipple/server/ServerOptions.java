package stipple.server;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import stipple.server.api.ServerLimits;
import stipple.torch.UserException;

/**
 * How a server behaves.
 *
 * @param host address to listen to
 * @param port to listen to, 0 for any that is free
 * @param keys API keys of which callers must give one, none to let everybody in
 * @param origins of pages on other sites that may use the server, {@code *} for all
 * @param publicUrl by which clients know the server, if it is not the name they call it by
 * @param data folder of jobs and pictures
 * @param database of several replicas, in place of the one in the folder
 * @param aliases other names of the model
 * @param limits that clients meet
 * @param connections most at a time
 * @param drain how long to go on with accepted work after being asked to end
 * @param lease how long a replica is believed to be alive without a sign of life
 * @param runs folders in which training runs and evaluation reports are looked for
 */
public record ServerOptions(
        String host,
        int port,
        List<String> keys,
        List<String> origins,
        Optional<URI> publicUrl,
        Path data,
        Optional<String> database,
        List<String> aliases,
        ServerLimits limits,
        int connections,
        Duration drain,
        Duration lease,
        List<Path> runs) {
    /** Listens to this machine alone. */
    public static final String LOOPBACK = "127.0.0.1";

    /** The port that is used when none is given. */
    public static final int PORT = 8080;

    /** Limits that suit one machine. */
    public static final ServerLimits LIMITS =
            new ServerLimits(10, 100, 25_000_000, Duration.ofMinutes(1), Duration.ofMinutes(30), Duration.ZERO);

    /** Checks ranges. */
    public ServerOptions {
        keys = List.copyOf(keys);
        origins = List.copyOf(origins);
        aliases = List.copyOf(aliases);
        runs = List.copyOf(runs);
        if (port < 0 || port > 65_535) {
            throw new UserException("The port must be from 1 to 65535, or 0 for any that is free, got " + port);
        }
        for (String origin : origins) {
            if (!origin.equals("*") && !origin.matches("https?://[^/]+")) {
                throw new UserException("An origin looks like https://example.org, got '" + origin + "'");
            }
        }
        for (String key : keys) {
            if (key.isBlank()) {
                throw new UserException("An API key is empty");
            }
        }
        if (lease.compareTo(Duration.ofSeconds(3)) < 0) {
            throw new UserException("The lease must be at least 3 s, because it is renewed every second");
        }
    }

    /** Options by default, with jobs and pictures in a folder. */
    public static ServerOptions in(Path data) {
        return new ServerOptions(
                LOOPBACK,
                PORT,
                List.of(),
                List.of(),
                Optional.empty(),
                data,
                Optional.empty(),
                List.of(),
                LIMITS,
                2000,
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                List.of());
    }

    /** The same on another port. */
    public ServerOptions withPort(int other) {
        return new ServerOptions(
                host,
                other,
                keys,
                origins,
                publicUrl,
                data,
                database,
                aliases,
                limits,
                connections,
                drain,
                lease,
                runs);
    }

    /** The same with other limits. */
    public ServerOptions withLimits(ServerLimits other) {
        return new ServerOptions(
                host, port, keys, origins, publicUrl, data, database, aliases, other, connections, drain, lease, runs);
    }

    /** The same with other folders of runs. */
    public ServerOptions withRuns(List<Path> other) {
        return new ServerOptions(
                host,
                port,
                keys,
                origins,
                publicUrl,
                data,
                database,
                aliases,
                limits,
                connections,
                drain,
                lease,
                other);
    }
}
