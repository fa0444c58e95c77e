package stipple.server;

import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.DirectHandlers;
import java.nio.charset.StandardCharsets;
import stipple.server.http.ApiException;
import stipple.server.http.Routes;

/** What is answered to requests that are no proper HTTP, in the API's form of errors. */
final class ProtocolErrors {
    static final DirectHandlers HANDLERS = handlers();

    private ProtocolErrors() {}

    private static DirectHandlers handlers() {
        DirectHandlers.Builder all = DirectHandlers.builder();
        DirectHandler handler = (request, type, status, headers, message) -> {
            ApiException error = ApiException.mistake(status.code(), "bad_request", "The request is not valid HTTP");
            return TransportResponse.builder()
                    .status(status)
                    .headers(headers)
                    .header(HeaderNames.CONTENT_TYPE, "application/json")
                    .entity(Routes.json(error).toString().getBytes(StandardCharsets.UTF_8))
                    .keepAlive(false)
                    .build();
        };
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            all.addHandler(type, handler);
        }
        return all.build();
    }
}
