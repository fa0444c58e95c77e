package stipple.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stipple.server.api.ServerLimits;
import stipple.torch.Tensor;

/**
 * Hundreds of clients at a time, good ones, rude ones and slow ones: nobody hangs, every refusal is a proper one, what was
 * accepted is drawn, and nothing is left behind.
 */
class LoadTest {
    private static final int CLIENTS = 300;
    private static final int MANY_STEPS = 1000;

    @TempDir
    Path data;

    private final Map<String, Integer> statuses = new TreeMap<>();
    private final ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();

    private void count(String kind, int status) {
        synchronized (statuses) {
            statuses.merge(kind + " " + status, 1, Integer::sum);
        }
    }

    @Test
    void hundreds_of_clients_of_all_kinds_are_all_answered_and_leave_nothing_behind() throws Exception {
        ServerLimits limits =
                new ServerLimits(10, 60, 1_000_000, Duration.ofSeconds(3), Duration.ofSeconds(60), Duration.ZERO);
        try (WebServerLog log = new WebServerLog();
                RunningServer server =
                        RunningServer.start(ServerOptions.in(data).withLimits(limits))) {
            // The engine keeps the time embeddings of every number of steps that was asked for, see NativePrograms.
            server.draw("/v1/images/generations", "prompt", "warm up");
            server.draw("/v1/images/generations", "prompt", "warm up", "steps", MANY_STEPS);
            long tensors = Tensor.live();
            List<Future<?>> clients = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < CLIENTS; i++) {
                    int kind = i;
                    clients.add(threads.submit(() -> {
                        client(server, kind);
                        return null;
                    }));
                }
                for (Future<?> client : clients) {
                    finish(client);
                }
            }
            for (String id : accepted) {
                assertEquals("completed", server.finished(id).path("state").asText());
            }
            assertEquals(List.of(), unexpected(), () -> "all: " + statuses);
            assertTrue(statuses.getOrDefault("draw 200", 0) > 0, statuses.toString());
            assertTrue(accepted.size() > 0, statuses.toString());
            settled(server, tensors);
            assertEquals(List.of(), log.complaints());
            List<String> failures = server.log()
                    .lines()
                    .filter(line -> line.contains("request_failed"))
                    .toList();
            assertEquals(List.of(), failures, "a client that is gone is no failure of the server");
        }
    }

    @Test
    void a_call_is_stopped_when_its_client_hangs_up() throws IOException {
        try (RunningServer server = RunningServer.start(ServerOptions.in(data), RunningServer.served(512))) {
            server.draw("/v1/images/generations", "prompt", "warm up");
            long tensors = Tensor.live();
            hangUp(server);
            settled(server, tensors);
            String metrics = server.get("/metrics").body();
            assertTrue(metrics.contains("stipple_cancellations_total{by=\"disconnect\"} 1.0"), metrics);
        }
    }

    private void finish(Future<?> client) throws InterruptedException, ExecutionException {
        try {
            client.get(120, TimeUnit.SECONDS);
        } catch (TimeoutException hanging) {
            throw new AssertionError("a client hangs; so far " + statuses, hanging);
        }
    }

    /** Statuses that do not belong to what was sent. */
    private List<String> unexpected() {
        Map<String, Predicate<Integer>> proper = Map.of(
                "draw", status -> status == 200 || status == 429,
                "job", status -> status == 202 || status == 429,
                "stream", status -> status == 200 || status == 429,
                "malformed", status -> status == 400,
                "oversized", status -> status == 413 || status == 0,
                "unknown", status -> status == 404 || status == 405,
                "nonsense", status -> status == 400 || status == 0,
                "slow", status -> status == 0 || status == 408,
                "gone", status -> true,
                "lazy", status -> status == 200 || status == 429);
        return statuses.keySet().stream()
                .filter(key -> !proper.get(key.split(" ")[0]).test(Integer.parseInt(key.split(" ")[1])))
                .toList();
    }

    private void client(RunningServer server, int kind) throws IOException {
        switch (kind % 10) {
            case 0, 1 ->
                count(
                        "draw",
                        server.draw("/v1/images/generations", "prompt", "a", "seed", kind)
                                .status());
            case 2 -> {
                RunningServer.Answer answer = server.draw("/v1/jobs", "prompt", "a", "n", 2);
                count("job", answer.status());
                if (answer.status() == 202) {
                    accepted.add(answer.json().path("id").asText());
                } else {
                    assertTrue(!answer.header("retry-after").isEmpty(), "no Retry-After");
                }
            }
            case 3 -> {
                RunningServer.Answer answer =
                        server.draw("/v1/images/generations", "prompt", "a", "stream", true, "partial_images", 2);
                count("stream", answer.status());
                if (answer.status() == 200) {
                    JsonNode last = GenerationsTest.events(answer.body()).getLast();
                    assertEquals("image_generation.completed", last.path("type").asText(), answer.body());
                }
            }
            case 4 -> {
                String broken = List.of("{\"prompt\": ", "[]", "{\"prompt\":\"a\"} x", "\u0000\u0001")
                        .get(kind / 10 % 4);
                count("malformed", raw(server, RawClient.post("/v1/jobs", broken)));
            }
            case 5 -> count("oversized", raw(server, RawClient.post("/v1/jobs", " ".repeat(3_000_000))));
            case 6 -> count("nonsense", raw(server, "NONSENSE\r\n\r\n"));
            case 7 -> {
                // Promises a body and never sends the rest.
                String head = RawClient.post("/v1/jobs", "{}").replace("Content-Length: 2", "Content-Length: 500");
                count("slow", raw(server, head));
            }
            case 8 -> {
                hangUp(server);
                count("gone", 0);
            }
            default -> {
                // Reads its stream a few bytes at a time.
                String body = "{\"prompt\": \"a\", \"stream\": true, \"partial_images\": 3}";
                try (Socket socket = RawClient.connect(server.base())) {
                    socket.setReceiveBufferSize(1024);
                    socket.getOutputStream()
                            .write(RawClient.post("/v1/images/generations", body)
                                    .getBytes(StandardCharsets.UTF_8));
                    count("lazy", slowly(socket.getInputStream()));
                }
            }
        }
    }

    /** Asks for a lot and hangs up. */
    private static void hangUp(RunningServer server) throws IOException {
        String body = "{\"prompt\": \"a\", \"n\": 10, \"steps\": " + MANY_STEPS + "}";
        try (Socket socket = RawClient.connect(server.base())) {
            socket.getOutputStream()
                    .write(RawClient.post("/v1/images/generations", body).getBytes(StandardCharsets.UTF_8));
            RunningServer.pause(300);
        }
    }

    private static int slowly(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] part = new byte[2000];
        for (int read = in.read(part); read >= 0; read = in.read(part)) {
            text.append(new String(part, 0, read, StandardCharsets.ISO_8859_1));
            RunningServer.pause(5);
        }
        return status(text.toString());
    }

    private static int raw(RunningServer server, String sent) {
        try {
            return status(RawClient.exchange(server.base(), sent));
        } catch (java.net.SocketTimeoutException hanging) {
            throw new AssertionError("the server neither answers nor closes", hanging);
        } catch (IOException closed) {
            // Closed in the middle, which is an answer to what we sent.
            return 0;
        }
    }

    private static int status(String answer) {
        return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }

    /** Calls of clients that hung up are stopped, tensors are freed, nobody listens, and the next one is served. */
    private static void settled(RunningServer server, long tensors) {
        for (int i = 0; i < 200; i++) {
            String metrics = server.get("/metrics").body();
            if (Tensor.live() <= tensors
                    && metrics.contains("stipple_queue_depth 0.0")
                    && metrics.contains("stipple_jobs_drawing 0.0")
                    && metrics.contains("stipple_event_readers 0.0")) {
                assertEquals(
                        200,
                        server.draw("/v1/images/generations", "prompt", "after all")
                                .status());
                return;
            }
            RunningServer.pause(100);
        }
        throw new AssertionError("not settled: " + Tensor.live() + " tensors, " + tensors + " before; "
                + server.get("/metrics").body());
    }

    /** What the web server itself complains about: rude clients are none of its users' business. */
    private static final class WebServerLog extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("io.helidon");
        private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

        WebServerLog() {
            logger.addHandler(this);
        }

        List<String> complaints() {
            return List.copyOf(complaints);
        }

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue() && !closedWhileReading(entry.getThrown())) {
                complaints.add(entry.getLoggerName() + ": " + entry.getMessage());
            }
        }

        /** A channel that is closed while it waits may tell of a read of nothing, which the web server knows nothing of. */
        private static boolean closedWhileReading(Throwable thrown) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (String.valueOf(cause.getMessage()).startsWith("Read 0 bytes")) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }
}
