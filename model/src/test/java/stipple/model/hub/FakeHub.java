package stipple.model.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import stipple.model.files.JsonObjectFile;

/** A hub on this machine that holds one model and can be told to misbehave, once per fault. */
final class FakeHub implements AutoCloseable {
    static final String COMMIT = "c".repeat(40);

    /** One answer that goes wrong. */
    @FunctionalInterface
    interface Fault {
        void answer(HttpExchange exchange, byte[] content) throws IOException;
    }

    private final HttpServer server;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final List<String> requests = java.util.Collections.synchronizedList(new java.util.ArrayList<>());
    private final ConcurrentLinkedQueue<String> tokens = new ConcurrentLinkedQueue<>();
    volatile String commit = COMMIT;

    FakeHub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void put(String path, byte[] content) {
        files.put(path, content);
    }

    void remove(String path) {
        files.remove(path);
    }

    /** The next request for a path, {@code ""} for the list of files, goes wrong. */
    void fail(String path, Fault fault) {
        faults.computeIfAbsent(path, name -> new ArrayDeque<>()).add(fault);
    }

    /** Requests so far: path and range. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Tokens that arrived. */
    List<String> tokens() {
        return List.copyOf(tokens);
    }

    /** Sends a status with headers given as names and values in turn. */
    static Fault status(int status, String... headers) {
        return (exchange, content) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    /** Announces everything and breaks the connection after some bytes. */
    static Fault breakAfter(int bytes) {
        return (exchange, content) -> {
            int from = from(exchange);
            ranged(exchange, content, from);
            exchange.getResponseBody().write(content, from, Math.min(bytes, content.length - from));
            exchange.getResponseBody().flush();
        };
    }

    /** Sends other bytes than the file has, as if they were the file. */
    static Fault instead(byte[] other) {
        return (exchange, content) -> {
            exchange.sendResponseHeaders(200, other.length == 0 ? -1 : other.length);
            if (other.length > 0) {
                exchange.getResponseBody().write(other);
            }
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String range = exchange.getRequestHeaders().getFirst("Range");
            requests.add(path + (range == null ? "" : " " + range));
            String token = exchange.getRequestHeaders().getFirst("Authorization");
            if (token != null) {
                tokens.add(token);
            }
            boolean list = path.startsWith("/api/models/");
            String name = list ? "" : path.replaceFirst("^/[^/]+/[^/]+/resolve/[^/]+/", "");
            byte[] content = list ? listing() : files.get(name);
            Deque<Fault> next = faults.getOrDefault(name, new ArrayDeque<>());
            if (!next.isEmpty()) {
                next.poll().answer(exchange, content);
            } else if (content == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                int from = from(exchange);
                ranged(exchange, content, from);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(content, from, content.length - from);
                }
            }
        }
    }

    private static int from(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=|-", ""));
    }

    private static void ranged(HttpExchange exchange, byte[] content, int from) throws IOException {
        if (from > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    }

    /** As the hub lists: large files with their SHA-256, small ones as git names them. */
    private byte[] listing() {
        ObjectNode json = JsonObjectFile.newObject().put("id", "who/what").put("sha", commit);
        files.forEach((path, content) -> {
            ObjectNode file = json.withArray("siblings").addObject().put("rfilename", path);
            file.put("size", content.length);
            if (FileChoice.weights(path)) {
                file.put("blobId", "0".repeat(40));
                file.putObject("lfs").put("sha256", hash("SHA-256", content)).put("size", content.length);
            } else {
                byte[] header = ("blob " + content.length + "\0").getBytes(UTF_8);
                byte[] whole = Arrays.copyOf(header, header.length + content.length);
                System.arraycopy(content, 0, whole, header.length, content.length);
                file.put("blobId", hash("SHA-1", whole));
            }
        });
        return json.toString().getBytes(UTF_8);
    }

    private static String hash(String algorithm, byte[] content) {
        try {
            return HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance(algorithm).digest(content));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
