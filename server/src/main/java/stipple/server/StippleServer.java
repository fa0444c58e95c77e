package stipple.server;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import stipple.model.load.AvailableMemory;
import stipple.server.api.Api;
import stipple.server.draw.Drawer;
import stipple.server.draw.EngineDrawer;
import stipple.server.draw.ServedModel;
import stipple.server.draw.WarmUp;
import stipple.server.http.Access;
import stipple.server.http.Connections;
import stipple.server.http.Routes;
import stipple.server.jobs.JobLimits;
import stipple.server.jobs.JobService;
import stipple.server.log.EventLog;
import stipple.server.metrics.ServerMetrics;
import stipple.server.runs.RunFolders;
import stipple.server.store.Database;
import stipple.server.store.JobFiles;
import stipple.server.store.JobLeases;
import stipple.server.store.JobState;
import stipple.server.store.JobStore;
import stipple.torch.Device;
import stipple.torch.ProcessMemory;
import stipple.torch.Tensor;
import stipple.torch.UserException;

/**
 * A running server. HTTP runs on virtual threads, drawing on the drawer's platform thread, and between them is the queue of
 * jobs in the database.
 *
 * <pre>{@code
 * try (ServedModel model = ServedModel.load(folder, LoadOptions.DEFAULT, null);
 *         StippleServer server = StippleServer.start(ServerOptions.in(data), model, log)) {
 *     System.out.println("http://127.0.0.1:" + server.port());
 *     ...
 * }
 * }</pre>
 */
public final class StippleServer implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final int MOST_HEADER_BYTES = 32 << 10;
    private static final long BODY_BUDGET = 128L << 20;

    /** Held, because levels are forgotten with their loggers: what it says about its start is no news for our users. */
    private static final Logger WEB_LOG = Logger.getLogger("io.helidon");

    private final ServerOptions options;
    private final ServerMetrics metrics = new ServerMetrics();
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final EventLog log;
    private JobService jobs;
    private WebServer web;

    private StippleServer(ServerOptions options, EventLog log) {
        this.options = options;
        this.log = log;
    }

    /**
     * Opens the jobs, takes up those that were left unfinished, and begins to listen.
     *
     * @param model which stays the caller's
     * @throws UserException if the address is in use, or the folder or the database cannot be used
     */
    public static StippleServer start(ServerOptions options, ServedModel model, EventLog log) {
        requireFree(options);
        WEB_LOG.setLevel(Level.WARNING);
        StippleServer server = new StippleServer(options, log);
        boolean started = false;
        try {
            server.open(model);
            started = true;
            return server;
        } finally {
            if (!started) {
                server.close();
            }
        }
    }

    /** Asked before anything slow, because the message is better than that of the web server. */
    private static void requireFree(ServerOptions options) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(options.host()), options.port()));
        } catch (UnknownHostException unknown) {
            throw new UserException("There is no address " + options.host() + " to listen to", unknown);
        } catch (IOException taken) {
            throw new UserException(
                    "Cannot listen to " + options.host() + ":" + options.port() + ": " + taken.getMessage()
                            + "; choose another --port",
                    taken);
        }
    }

    private void open(ServedModel model) {
        boolean alone = options.database().isEmpty();
        DataFolder folder = alone ? opened(DataFolder.hold(options.data())) : null;
        Database database = opened(
                alone
                        ? Database.embedded(folder.database())
                        : Database.postgresql(options.database().orElseThrow()));
        JobFiles files = alone ? new JobFiles.InFolder(folder.pictures()) : new JobFiles.InDatabase(database);
        JobStore store = new JobStore(database, files);
        JobLeases leases = new JobLeases(
                database, UUID.randomUUID().toString(), options.lease().toMillis());
        Drawer drawer = opened(new EngineDrawer(model));
        warmUp(drawer, model);
        JobLimits limits =
                new JobLimits(options.limits().waiting(), options.limits().keep());
        jobs = opened(new JobService(store, leases, model, drawer, limits, alone, metrics, log));
        gauges(store, drawer);
        deviceGauge(model);
        Connections connections = opened(new Connections(options.limits().body()));
        HttpRouting.Builder routing = HttpRouting.builder();
        Access access = new Access(
                options.keys(),
                options.origins(),
                loopback(options.host()),
                options.publicUrl().orElse(null));
        Routes routes = new Routes(
                routing,
                access,
                connections,
                options.limits().bodyBytes(),
                options.limits().body(),
                BODY_BUDGET,
                metrics,
                log);
        URI publicUrl = options.publicUrl().orElse(null);
        RunFolders runs = new RunFolders(options.runs());
        Api.addTo(routes, model, drawer, jobs, metrics, options.limits(), options.aliases(), runs, publicUrl);
        web = listen(routing, connections);
    }

    private void warmUp(Drawer drawer, ServedModel model) {
        long begun = System.nanoTime();
        try {
            WarmUp.of(drawer, model);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while warming up", e);
        }
        log.info("warmed_up", "ms", Duration.ofNanos(System.nanoTime() - begun).toMillis());
    }

    private WebServer listen(HttpRouting.Builder routing, Connections connections) {
        try {
            return WebServer.builder()
                    .host(options.host())
                    .port(options.port())
                    .routing(routing)
                    .addProtocol(Http1Config.builder()
                            .maxHeadersSize(MOST_HEADER_BYTES)
                            .addReceiveListener(connections)
                            .build())
                    .maxTcpConnections(options.connections())
                    .idleConnectionTimeout(IDLE)
                    .connectionOptions(
                            socket -> socket.readTimeout(options.limits().body()))
                    .directHandlers(ProtocolErrors.HANDLERS)
                    .shutdownHook(false)
                    .build()
                    .start();
        } catch (UncheckedIOException failure) {
            throw new UserException(
                    "Cannot listen to " + options.host() + ":" + options.port() + "; choose another --port", failure);
        }
    }

    private void gauges(JobStore store, Drawer drawer) {
        metrics.gauge("stipple_queue_depth", "Jobs and calls that wait", () -> store.count(JobState.QUEUED));
        metrics.gauge("stipple_jobs_drawing", "Jobs and calls being drawn here", jobs::drawing);
        metrics.gauge("stipple_image_tokens_per_second", "Image tokens drawn per second, now", jobs::tokensPerSecond);
        metrics.gauge("stipple_event_readers", "Clients that follow a job", jobs::readers);
        metrics.gauge("stipple_live_tensors", "Tensors in memory", Tensor::live);
        metrics.gauge(
                "stipple_key_value_bytes",
                "Memory for keys and values in use",
                () -> drawer.cacheBytes().orElse(0));
        metrics.gauge("stipple_java_heap_bytes", "Java heap in use", () -> {
            Runtime runtime = Runtime.getRuntime();
            return runtime.totalMemory() - runtime.freeMemory();
        });
        if (ProcessMemory.bytes() > 0) {
            metrics.gauge("stipple_resident_memory_bytes", "Memory of the process", ProcessMemory::bytes);
        }
    }

    /** On a GPU; what the process takes of the machine's own memory is told for all. */
    private void deviceGauge(ServedModel model) {
        Device device = Device.ofName(model.machine().device());
        if (device.type() == Device.Type.CUDA) {
            metrics.gauge(
                    "stipple_device_memory_free_bytes",
                    "Free memory of the GPU",
                    () -> AvailableMemory.of(device).map(AvailableMemory::bytes).orElse(0L));
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        resources.push(resource);
        return resource;
    }

    /** The port it listens to. */
    public int port() {
        return web.port();
    }

    /** Whether it listens to this machine alone. */
    public static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /** Refuses new work, finishes what was accepted as far as time allows, and ends. */
    public void drain() throws InterruptedException {
        log.info(
                "draining",
                "drawing",
                jobs.drawing(),
                "limit_s",
                options.drain().toSeconds());
        jobs.drain(options.drain());
        close();
    }

    @Override
    public void close() {
        if (jobs != null) {
            // Before the web server, so that calls that wait are answered.
            jobs.close();
        }
        if (web != null) {
            web.stop();
        }
        while (!resources.isEmpty()) {
            closeOne(resources.pop());
        }
    }

    private void closeOne(AutoCloseable resource) {
        try {
            resource.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            log.error("closing_failed", failure);
        }
    }
}
