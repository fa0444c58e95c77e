package stipple.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** A request and the answer to it. Belongs to one thread. */
public final class Call {
    private static final Duration WRITE_LIMIT = Duration.ofMinutes(2);

    private final ServerRequest request;
    private final ServerResponse response;
    private final String id;
    private final Connections.Connection connection;
    private final BodyReader bodies;
    private BodyReader.Body body;
    private int status;
    private boolean closing;
    private boolean streaming;

    Call(
            ServerRequest request,
            ServerResponse response,
            String id,
            Connections.Connection connection,
            BodyReader bodies) {
        this.request = request;
        this.response = response;
        this.id = id;
        this.connection = connection;
        this.bodies = bodies;
    }

    /** The request's id: the client's own if it sent one. */
    public String id() {
        return id;
    }

    /** The status that was answered, 0 if none was yet. */
    int status() {
        return status;
    }

    /** Has the connection closed after the answer. */
    void closeAfterwards() {
        closing = true;
        // An answer that broke off in the middle counts as sent.
        if (!response.isSent()) {
            header("Connection", "close");
        }
    }

    /** Whether the answer is a stream, which the web server ends once the route has returned. */
    boolean streams() {
        return streaming;
    }

    /** Whether the connection cannot or should not serve another request. */
    boolean closes() {
        return closing || connection.watched();
    }

    /** Closes the connection: at once if the answer is on its way, soon if the web server has yet to end a stream. */
    void hangUp() {
        if (streaming) {
            connection.closeSoon();
        } else {
            connection.close();
        }
    }

    /** The path of the address. */
    public String address() {
        return request.path().absolute().path();
    }

    /** A part of the address that the route's pattern names. */
    public String path(String name) {
        return request.path().pathParameters().get(name);
    }

    /** A parameter behind the question mark. */
    public Optional<String> query(String name) {
        return request.query().contains(name) ? Optional.of(request.query().get(name)) : Optional.empty();
    }

    /** Names of all parameters behind the question mark. */
    public Iterable<String> queryNames() {
        return request.query().names();
    }

    /** A header of the request. */
    public Optional<String> header(String name) {
        return request.headers().first(HeaderNames.create(name));
    }

    /** The body, read on first use. */
    public byte[] body() {
        if (body == null) {
            body = bodies.read(request, connection);
        }
        return body.content();
    }

    /** Lets the body's memory go; it is not needed any more. */
    public void forgetBody() {
        if (body != null) {
            body.close();
        }
    }

    /** Whether the client has closed the connection; may be asked only after the body was read. */
    public boolean gone() {
        return connection.gone();
    }

    /** Adds a header to the answer. */
    public Call header(String name, String value) {
        response.header(HeaderNames.create(name), value);
        return this;
    }

    /** Answers with JSON. */
    public void json(int code, JsonNode json) {
        bytes(code, "application/json", json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Answers with bytes.
     *
     * @throws ClientGoneException if nobody takes them
     */
    public void bytes(int code, String mediaType, byte[] content) {
        status = code;
        response.status(Status.create(code));
        header("Content-Type", mediaType);
        if (connection.watched()) {
            closeAfterwards();
        }
        try (Connections.Guard guard = connection.within(WRITE_LIMIT)) {
            response.send(content);
        } catch (UncheckedIOException | CloseConnectionException broken) {
            throw new ClientGoneException(broken);
        }
    }

    /** Answers without a body. */
    public void empty(int code) {
        status = code;
        response.status(Status.create(code));
        response.send();
    }

    /** Answers with events. */
    public EventStream events() {
        status = 200;
        response.status(Status.OK_200);
        header("Content-Type", "text/event-stream; charset=utf-8");
        header("Cache-Control", "no-cache");
        streaming = true;
        closeAfterwards();
        // Proxies that collect answers would hold previews back.
        header("X-Accel-Buffering", "no");
        return new EventStream(response.outputStream(), connection);
    }
}
