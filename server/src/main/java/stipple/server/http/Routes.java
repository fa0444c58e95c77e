package stipple.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stipple.server.log.EventLog;
import stipple.server.metrics.ServerMetrics;
import stipple.server.store.StoreException;
import stipple.torch.UserException;

/** The routes of a server. Around each of them: access, errors in the API's form, request ids, metrics and the log. */
public final class Routes {
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    private static final String METHODS = "GET, POST, DELETE, OPTIONS";
    private static final int OK = 200;
    private static final int CLIENT_GONE = 499;

    private final HttpRouting.Builder routing;
    private final Access access;
    private final Connections connections;
    private final BodyReader bodies;
    private final ServerMetrics metrics;
    private final EventLog log;
    private final List<Route> known = new ArrayList<>();

    /**
     * No routes yet.
     *
     * @param mostBytes of a body
     * @param bodyLimit how long a client may take to send its body
     * @param bodyBudget bytes of all bodies together
     */
    public Routes(
            HttpRouting.Builder routing,
            Access access,
            Connections connections,
            long mostBytes,
            Duration bodyLimit,
            long bodyBudget,
            ServerMetrics metrics,
            EventLog log) {
        this.routing = routing;
        this.access = access;
        this.connections = connections;
        this.bodies = new BodyReader(mostBytes, bodyLimit, bodyBudget);
        this.metrics = metrics;
        this.log = log;
    }

    /**
     * A route.
     *
     * @param method such as {@code GET}
     * @param pattern such as <code>/v1/jobs/{id}</code>
     */
    public record Route(String method, String pattern) {
        boolean matches(String path) {
            return path.matches(pattern.replaceAll("\\{\\w+}", "[^/]+"));
        }
    }

    /** The routes that were added. */
    public List<Route> known() {
        return List.copyOf(known);
    }

    /** Adds a route for holders of a key. */
    public Routes add(String method, String pattern, Endpoint endpoint) {
        return add(method, pattern, true, endpoint);
    }

    /** Adds a route for everybody. */
    public Routes open(String method, String pattern, Endpoint endpoint) {
        return add(method, pattern, false, endpoint);
    }

    private Routes add(String method, String pattern, boolean needsKey, Endpoint endpoint) {
        known.add(new Route(method, pattern));
        routing.route(
                Method.create(method),
                pattern,
                (request, response) -> answer(request, response, pattern, call -> {
                    access.check(call, needsKey);
                    endpoint.handle(call);
                }));
        return this;
    }

    /**
     * Answers everything else: questions of browsers, other methods of known addresses, unknown addresses.
     *
     * @param otherwise what to do with a GET of an unknown address; throws if it knows nothing either
     */
    public void finish(Endpoint otherwise) {
        routing.any(
                "/*",
                (request, response) -> answer(request, response, "other", call -> {
                    String path = request.path().path();
                    String method = request.prologue().method().text();
                    access.check(call, false);
                    List<Route> same =
                            known.stream().filter(route -> route.matches(path)).toList();
                    if (method.equals("OPTIONS")) {
                        call.header("Allow", METHODS).empty(204);
                    } else if (!same.isEmpty()) {
                        String allowed =
                                same.stream().map(Route::method).distinct().collect(Collectors.joining(", "));
                        call.header("Allow", allowed);
                        throw ApiException.mistake(
                                405, "method_not_allowed", path + " takes " + allowed + ", not " + method);
                    } else {
                        otherwise.handle(call);
                    }
                }));
    }

    private void answer(ServerRequest request, ServerResponse response, String pattern, Endpoint endpoint) {
        long begun = System.nanoTime();
        String given =
                request.headers().first(HeaderNames.create("X-Request-Id")).orElse("");
        String id = REQUEST_ID.matcher(given).matches()
                ? given
                : "req_" + UUID.randomUUID().toString().replace("-", "");
        Call call = new Call(request, response, id, connections.here(), bodies);
        call.header("X-Request-Id", id);
        call.header("X-Content-Type-Options", "nosniff");
        if (request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            call.closeAfterwards();
        }
        cors(call);
        int status = OK;
        try {
            endpoint.handle(call);
            status = call.status();
        } catch (ClientGoneException gone) {
            status = CLIENT_GONE;
            call.closeAfterwards();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            status = CLIENT_GONE;
            call.closeAfterwards();
        } catch (RuntimeException failure) {
            status = fail(call, response, failure);
        } finally {
            call.forgetBody();
            Duration time = Duration.ofNanos(System.nanoTime() - begun);
            String method = request.prologue().method().text();
            metrics.answered(pattern, known(method), status, time);
            log.info(
                    "request",
                    "request_id",
                    id,
                    "method",
                    method,
                    "path",
                    request.path().path(),
                    "status",
                    status,
                    "ms",
                    time.toMillis());
        }
        if (call.closes()) {
            // The web server would go on to read what it takes for the next request.
            call.hangUp();
        }
        if (!response.isSent() && !call.streams()) {
            // Nobody is left to be answered, which the web server would take for a mistake of the route.
            throw new CloseConnectionException("The client of " + id + " has gone");
        }
    }

    /** Clients may invent methods, metrics must not grow with them. */
    private static String known(String method) {
        return List.of("GET", "POST", "DELETE", "OPTIONS", "HEAD").contains(method) ? method : "other";
    }

    private void cors(Call call) {
        call.header("Origin")
                .flatMap(access::allowed)
                .ifPresent(origin -> call.header("Access-Control-Allow-Origin", origin)
                        .header("Vary", "Origin")
                        .header("Access-Control-Allow-Methods", METHODS)
                        .header(
                                "Access-Control-Allow-Headers",
                                call.header("Access-Control-Request-Headers").orElse("Authorization, Content-Type"))
                        .header("Access-Control-Expose-Headers", "X-Request-Id, Retry-After"));
    }

    private int fail(Call call, ServerResponse response, RuntimeException failure) {
        ApiException error = explain(call, failure);
        metrics.error(error.code());
        if (response.isSent() || call.status() != 0) {
            // A stream has begun; what goes wrong in it is told in it.
            return error.status();
        }
        try {
            if (error.retryAfter() != null) {
                call.header(
                        "Retry-After",
                        Long.toString(Math.max(1, error.retryAfter().toSeconds())));
            }
            if (error.status() == 413) {
                // The rest of the body was not read.
                call.closeAfterwards();
            }
            call.json(error.status(), json(error));
        } catch (ClientGoneException | UncheckedIOException gone) {
            call.closeAfterwards();
            return CLIENT_GONE;
        }
        return error.status();
    }

    private ApiException explain(Call call, RuntimeException failure) {
        return switch (failure) {
            case ApiException error -> error;
            case UserException mistake ->
                ApiException.invalid(null, "invalid_value", String.valueOf(mistake.getMessage()));
            case StoreException store -> {
                log.error("store_failed", store, "request_id", call.id());
                yield ApiException.unavailable(
                        "database_unavailable", "The job database does not answer", Duration.ofSeconds(5));
            }
            default -> {
                log.error("request_failed", failure, "request_id", call.id());
                yield ApiException.failure(
                        500, "internal_error", "The server failed; its log says why under " + call.id());
            }
        };
    }

    /** An error as the API describes it. */
    public static ObjectNode json(ApiException error) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("error")
                .put("message", error.getMessage())
                .put("type", error.type())
                .put("param", error.param())
                .put("code", error.code());
        return json;
    }
}
