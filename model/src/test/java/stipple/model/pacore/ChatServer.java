package stipple.model.pacore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A chat endpoint that does what a test tells it to. */
final class ChatServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Script script;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private final Queue<JsonNode> requests = new ConcurrentLinkedQueue<>();

    /** Says how a call is answered. */
    @FunctionalInterface
    interface Script {
        Reply answer(int call, JsonNode request) throws InterruptedException;
    }

    /**
     * An answer.
     *
     * @param status of HTTP
     * @param pieces streamed one after the other
     * @param breaks whether the stream ends without an end
     * @param stalls whether it stays open instead
     */
    record Reply(int status, List<String> pieces, boolean breaks, boolean stalls) {
        static Reply of(String... pieces) {
            return new Reply(200, List.of(pieces), false, false);
        }

        static Reply status(int status) {
            return new Reply(status, List.of(), false, false);
        }
    }

    ChatServer(Script script) throws IOException {
        this.script = script;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", this::handle);
        server.start();
    }

    String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    int calls() {
        return calls.get();
    }

    int mostOpen() {
        return mostOpen.get();
    }

    List<JsonNode> requests() {
        return List.copyOf(requests);
    }

    static String question(JsonNode request) {
        return request.path("messages")
                .path(request.path("messages").size() - 1)
                .path("content")
                .asText();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            requests.add(request);
            reply(exchange, answer(request));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A call is open until its answer begins: from then on the asking side may have its end, and ask again. */
    private Reply answer(JsonNode request) throws InterruptedException {
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        try {
            return script.answer(calls.incrementAndGet(), request);
        } finally {
            open.decrementAndGet();
        }
    }

    private static void reply(HttpExchange exchange, Reply reply) throws IOException, InterruptedException {
        if (reply.status() != 200) {
            if (reply.status() == 429) {
                exchange.getResponseHeaders().add("Retry-After", "0");
            }
            byte[] body = "{\"error\": {\"message\": \"no such thing\"}}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
            return;
        }
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        for (String piece : reply.pieces()) {
            String content = JSON.writeValueAsString(piece);
            event(out, "{\"choices\": [{\"delta\": {\"content\": " + content + "}, \"finish_reason\": null}]}");
        }
        if (reply.stalls()) {
            Thread.sleep(20_000);
        }
        if (!reply.breaks()) {
            event(out, "{\"choices\": [{\"delta\": {}, \"finish_reason\": \"stop\"}]}");
            event(out, "{\"choices\": [], \"usage\": {\"prompt_tokens\": 10, \"completion_tokens\": 3}}");
            event(out, "[DONE]");
        }
    }

    private static void event(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
