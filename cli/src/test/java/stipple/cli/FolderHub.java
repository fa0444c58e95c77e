package stipple.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import stipple.model.files.JsonObjectFile;
import stipple.model.files.Sha256;

/** A hub on this machine that offers a folder as {@code who/tiny}, to those with the token if one is set. */
final class FolderHub implements AutoCloseable {
    static final String COMMIT = "a1b2c3d4".repeat(5);

    private final HttpServer server;
    private final Path folder;
    private final String token;

    FolderHub(Path folder, String token) throws IOException {
        this.folder = folder;
        this.token = token;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (token != null
                    && !("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
            } else if (path.equals("/api/models/who/tiny/revision/main")) {
                send(exchange, listing());
            } else if (path.startsWith("/who/tiny/resolve/" + COMMIT + "/")) {
                send(
                        exchange,
                        Files.readAllBytes(
                                folder.resolve(path.substring(("/who/tiny/resolve/" + COMMIT + "/").length()))));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
    }

    private byte[] listing() throws IOException {
        ObjectNode json = JsonObjectFile.newObject().put("sha", COMMIT);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                json.withArray("siblings")
                        .addObject()
                        .put("rfilename", folder.relativize(file).toString())
                        .putObject("lfs")
                        .put("sha256", Sha256.of(List.of(file)))
                        .put("size", Files.size(file));
            }
        }
        return json.toString().getBytes(UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
