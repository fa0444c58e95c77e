package stipple.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An answer of server-sent events. Every write has a limit, so that a client that stops reading is dropped. */
public final class EventStream implements AutoCloseable {
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(30);

    private final OutputStream out;
    private final Connections.Connection connection;

    EventStream(OutputStream out, Connections.Connection connection) {
        this.out = out;
        this.connection = connection;
    }

    /**
     * Sends an event.
     *
     * @throws ClientGoneException if nobody takes it
     */
    public void send(String event, JsonNode data) {
        write("event: " + event + "\ndata: " + data + "\n\n");
    }

    /**
     * Sends a comment, which clients ignore, so that nobody on the way takes the connection for dead.
     *
     * @throws ClientGoneException if nobody takes it
     */
    public void ping() {
        write(": ping\n\n");
    }

    /** Whether the client has closed the connection. */
    public boolean gone() {
        return connection.gone();
    }

    private void write(String text) {
        try (Connections.Guard guard = connection.within(WRITE_LIMIT)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException | UncheckedIOException broken) {
            throw new ClientGoneException(broken);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException | UncheckedIOException broken) {
            throw new ClientGoneException(broken);
        }
    }
}
